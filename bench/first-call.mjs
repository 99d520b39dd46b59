// A fresh process loads one function and calls it once. It prints the time since its start on standard error.
const [file, event] = process.argv.slice(2);
const { handler } = await import(file);
const { statusCode } = await handler(JSON.parse(event), {});
process.stderr.write(statusCode < 300 ? String(performance.now()) : `answered ${statusCode}`);
process.exit(0);
