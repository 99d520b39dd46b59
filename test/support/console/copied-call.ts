import { execFileSync } from 'node:child_process';

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

/** A curl of a page as it lies in the clipboard. */
export const copiedCall = (html: string): string =>
  (/<code>(curl [^<]+)<\/code>/.exec(html)?.[1] ?? '').replaceAll(
    /&(amp|lt|gt|quot|#39);/g,
    (whole, name: string) => ENTITIES[name] ?? whole,
  );

/** Runs the curl of a page in a shell where curl only says what it was given. */
export function argumentsIn(html: string): string[] {
  const script = String.raw`curl() { printf '%s\0' "$@"; }` + `\n${copiedCall(html)}\n`;
  const env = { PATH: process.env['PATH'], BASE_URL: 'http://licenses.test', API_KEY: 'key' };
  return execFileSync('bash', ['--norc', '-c', script], { encoding: 'utf8', env }).split('\0').slice(0, -1);
}
