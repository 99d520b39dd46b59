import { execFile } from 'node:child_process';

export type AdminRun = { code: number; stdout: string; stderr: string };

/** Runs the command like a shell, with an input that is no terminal. */
export function runAdmin(args: readonly string[], env: Record<string, string> = {}): Promise<AdminRun> {
  return new Promise((resolve) => {
    const options = {
      env: {
        PATH: process.env['PATH'] ?? '',
        NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
        AWS_EC2_METADATA_DISABLED: 'true',
        ...env,
      },
      timeout: 60_000,
    };
    const child = execFile('node_modules/.bin/node', ['bin/admin.ts', ...args], options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
    child.stdin?.end();
  });
}
