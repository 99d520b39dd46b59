#!/usr/bin/env node
// PHP of the version PHP_VERSION, as the command `php` runs it. It has no sodium: SODIUM_COMPAT is the folder of the
// replacement that WordPress brings along. It has no network: Node sends its requests.
import { loadPHPRuntime, PHP } from '@php-wasm/universal';

const { PHP_VERSION = '8.2', SODIUM_COMPAT } = process.env;
const { getPHPLoaderModule } = await import(`@php-wasm/node-${PHP_VERSION.replace('.', '-')}`);
const php = new PHP(await loadPHPRuntime(await getPHPLoaderModule()));

const share = (folder) =>
  php.mount(folder, (_, FS, at) => {
    FS.mount(FS.filesystems.NODEFS, { root: folder }, at);
    return () => FS.unmount(at);
  });
for (const folder of [process.cwd(), '/tmp']) {
  php.mkdir(folder);
  await share(folder);
}
php.chdir(process.cwd());

/** The status line, the headers and the body of an answer; null if there is none. */
async function send({ url, method, headers, body, timeout_s: timeout, follows }) {
  const signal = AbortSignal.timeout(timeout * 1_000);
  const redirect = follows ? 'follow' : 'manual';
  try {
    const response = await fetch(url, { method, headers, redirect, signal, ...(body === '' ? {} : { body }) });
    const bytes = Buffer.from(await response.arrayBuffer());
    const lines = [...response.headers].map(([name, value]) => `${name}: ${value}`);
    return { lines: [`HTTP/1.1 ${response.status}`, ...lines], body: bytes.toString('base64') };
  } catch {
    return null;
  }
}
php.onMessage(async (message) => JSON.stringify(await send(JSON.parse(message))));

const compat = SODIUM_COMPAT === undefined ? [] : ['-d', `auto_prepend_file=${import.meta.dirname}/without-sodium.php`];
const { stdout, stderr, exitCode } = await php.cli(['php', ...compat, ...process.argv.slice(2)], { env: process.env });
const print = (from, to) => from.pipeTo(new WritableStream({ write: (chunk) => void to.write(chunk) }));
await Promise.all([print(stdout, process.stdout), print(stderr, process.stderr)]);
process.exitCode = await exitCode;
