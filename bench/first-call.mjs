// A fresh process loads one function and calls it once. It prints the milliseconds since its start, and those of CPU,
// on standard error.
const [file, event] = process.argv.slice(2);
const { handler } = await import(file);
const { statusCode } = await handler(JSON.parse(event), {});
const { user, system } = process.cpuUsage();
const times = [performance.now(), (user + system) / 1000];
process.stderr.write(statusCode < 300 ? times.join(' ') : `answered ${statusCode}`);
process.exit(0);
