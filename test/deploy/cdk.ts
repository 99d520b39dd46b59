import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Emulator } from './emulator.ts';
import { run, succeed, type Task } from './processes.ts';
import type { Note } from './report.ts';

export const STACK = 'LicenseService-e2e';
const APP = 'node test/deploy/app.ts';
const WITHIN_MS = 300_000;
const BOOTSTRAPS_WITHIN_MS = 120_000;

const Outputs = z.object({
  ApiUrl: z.url(),
  TableName: z.string(),
  EventBusName: z.string(),
  AsideQueueUrl: z.url(),
  NextCommand: z.string(),
  FirstKeyCommand: z.string(),
});
export type Outputs = z.infer<typeof Outputs>;

/** Which tree is deployed; with flags it is the app of later versions that is. */
export type Version = { cwd: string; flags?: readonly Flag[] };
export type Flag = 'next' | 'fails';

export type Cdk = {
  bootstrap: (note: Note) => Promise<void>;
  deploy: (version: Version, note: Note) => Promise<Outputs>;
  /** A deploy that must fail. Returns what the command said. */
  deployInVain: (version: Version, note: Note) => Promise<string>;
  destroy: (note: Note) => Promise<void>;
};

/** The CDK's own command line, as docs/deploy.md has it, with the emulator in the place of AWS. */
export function openCdk({ env }: Emulator, folder: string, root: string): Cdk {
  const task = (command: string, args: readonly string[], { cwd, flags = [] }: Version, note: Note): Task => ({
    what: `cdk ${command}`,
    program: join(root, 'node_modules/.bin/cdk'),
    // Its output goes where no other run of the CDK writes.
    args: [command, '-c', 'stage=e2e', '--output', join(folder, 'cdk.out'), ...appOf(flags), ...args],
    env,
    cwd,
    log: join(folder, 'cdk.log'),
    withinMs: command === 'bootstrap' ? BOOTSTRAPS_WITHIN_MS : WITHIN_MS,
    note,
  });
  const outputs = join(folder, 'outputs.json');
  // Nobody is there to be asked; the rest is how progress is told in lines.
  const DEPLOY = ['--require-approval', 'never', '--progress', 'events', '--outputs-file', outputs];
  return {
    async bootstrap(note) {
      await succeed(task('bootstrap', [], { cwd: root }, note));
    },
    async deploy(version, note) {
      await succeed(task('deploy', DEPLOY, version, note));
      return z.object({ [STACK]: Outputs }).parse(JSON.parse(readFileSync(outputs, 'utf8')))[STACK];
    },
    async deployInVain(version, note) {
      const { code, output } = await run(task('deploy', DEPLOY, version, note));
      assert.notEqual(code, 0, 'cdk deploy of what cannot be made ended well');
      return output;
    },
    async destroy(note) {
      await succeed(task('destroy', ['--force'], { cwd: root }, note));
    },
  };
}

const appOf = (flags: readonly Flag[]): string[] => (flags.length === 0 ? [] : ['--app', APP, ...flags.flatMap((flag) => ['-c', `${flag}=true`])]);
