import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { Refused, Usage } from './failures.ts';

/** Asks for a yes. Without a terminal it must be given beforehand. */
export async function confirm(question: string, isAgreed: boolean): Promise<void> {
  if (isAgreed) return;
  if (!process.stdin.isTTY) throw new Usage(`${question} There is no terminal to ask on: add --yes to agree`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${question} [y/N] `);
  terminal.close();
  if (!/^y(?:es)?$/i.test(answer.trim())) throw new Refused('Nothing has been changed.');
}

/** Asks for a secret without showing it; undefined without a terminal. */
export async function askSecret(prompt: string): Promise<string | undefined> {
  if (!process.stdin.isTTY) return undefined;
  process.stderr.write(prompt);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  const secret = await terminal.question('');
  terminal.close();
  process.stderr.write('\n');
  return secret.trim() === '' ? undefined : secret.trim();
}
