// A fresh process loads one function and calls it once; tells on standard error how long that took since the process began.
const [file, event] = process.argv.slice(2);
const { handler } = await import(file);
const { statusCode } = await handler(JSON.parse(event), {});
process.stderr.write(statusCode === 200 ? String(performance.now()) : `answered ${statusCode}`);
process.exit(0);
