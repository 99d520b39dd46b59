import { execFile } from 'node:child_process';
import { formatWithOptions } from 'node:util';
import { jest } from '@jest/globals';
import { runCommandLine } from '../../../bin/admin/command-line.ts';

export type AdminRun = { code: number; stdout: string; stderr: string };

const environment = (env: Record<string, string>): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
  AWS_EC2_METADATA_DISABLED: 'true',
  ...env,
});

/**
 * Runs the command as `bin/admin.ts` does, with an input that is no terminal, but in this process: a process of its own
 * takes half a second of a core. One after the other, as what each prints is caught at the console.
 */
export async function runAdmin(args: readonly string[], env: Record<string, string> = {}): Promise<AdminRun> {
  const printed = { stdout: '', stderr: '' };
  const catchIn =
    (stream: keyof typeof printed) =>
    (...words: unknown[]) => {
      printed[stream] += `${formatWithOptions({}, ...words)}\n`;
    };
  const spies = [
    jest.spyOn(console, 'log').mockImplementation(catchIn('stdout')),
    jest.spyOn(console, 'error').mockImplementation(catchIn('stderr')),
  ];
  const before = process.env;
  process.env = environment(env);
  Object.defineProperty(process.stdin, 'isTTY', { value: undefined, configurable: true });
  try {
    return { code: await runCommandLine(args), ...printed };
  } finally {
    process.env = before;
    for (const spy of spies) spy.mockRestore();
  }
}

/** Runs the command like a shell. */
export function runAdminProcess(args: readonly string[], env: Record<string, string> = {}): Promise<AdminRun> {
  return new Promise((resolve) => {
    const options = { env: environment(env), timeout: 60_000 };
    const child = execFile('node_modules/.bin/node', ['bin/admin.ts', ...args], options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
    child.stdin?.end();
  });
}
