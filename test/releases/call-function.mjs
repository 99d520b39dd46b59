// Loads one bundled function, calls it once with the given event, and prints its answer.
const [file, event] = process.argv.slice(2);
const { handler } = await import(file);
const answer = await handler(JSON.parse(event), {});
process.stdout.write(JSON.stringify(answer));
process.exit(0);
