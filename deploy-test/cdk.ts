import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Emulator } from './emulator.ts';
import { IMPOSSIBLE } from './impossible.ts';
import { lastLines, run, succeed, type Task } from './processes.ts';
import type { Note } from './report.ts';
import { allStacks } from './stacks.ts';

const WITHIN_MS = 300_000;

const Outputs = z.object({
  ApiUrl: z.url(),
  TableName: z.string(),
  EventBusName: z.string(),
  AsideQueueUrl: z.url(),
  NextCommand: z.string(),
  FirstKeyCommand: z.string(),
});
export type Outputs = z.infer<typeof Outputs>;
const ByStack = z.record(z.string(), z.record(z.string(), z.string()));

/** The CDK's own command line, as docs/deploy.md has it, with the emulator in the place of AWS. */
export type Cdk = {
  bootstrap: (note: Note) => Promise<void>;
  /** Writes what a deploy would deploy: of this tree, or of another by an app of its own. Returns the folder. */
  synth: (note: Note, other?: { tree: string; app: string }) => Promise<string>;
  /** Of this tree, by the very command that docs/deploy.md gives; or of what `synth` wrote. Returns all outputs. */
  deploy: (note: Note, assembly?: string) => Promise<Outputs>;
  /** A deploy that must fail, and say that it is for the resource that cannot be made. */
  deployInVain: (note: Note, assembly: string) => Promise<void>;
  destroy: (note: Note) => Promise<void>;
};

export function openCdk({ env }: Emulator, folder: string, root: string): Cdk {
  const outputs = join(folder, 'outputs.json');
  // Nobody is there to be asked; the rest is how progress is told in lines.
  const deploying = [
    'deploy',
    '--all',
    '--require-approval',
    'never',
    '--progress',
    'events',
    '--outputs-file',
    outputs,
  ];
  const task = (note: Note, args: readonly string[], cwd = root): Task => ({
    what: `cdk ${args.join(' ')}`,
    program: join(root, 'node_modules/.bin/cdk'),
    args,
    env,
    cwd,
    log: join(folder, 'cdk.log'),
    withinMs: WITHIN_MS,
    note,
  });
  // What it writes goes where no other run of the CDK writes.
  const ofStage = (name = 'cdk.out'): string[] => ['-c', 'stage=e2e', '--output', join(folder, name)];
  return {
    async bootstrap(note) {
      await succeed(task(note, ['bootstrap', ...ofStage()]));
    },
    async synth(note, other) {
      const name = other === undefined ? 'this-version' : 'next-version.out';
      const args = ['synth', '--quiet', ...ofStage(name), ...(other === undefined ? [] : ['--app', other.app])];
      await succeed(task(note, args, other?.tree));
      return join(folder, name);
    },
    async deploy(note, assembly) {
      await succeed(task(note, [...deploying, ...(assembly === undefined ? ofStage() : ['--app', assembly])]));
      const byStack = ByStack.parse(JSON.parse(readFileSync(outputs, 'utf8')));
      return Outputs.parse(Object.assign({}, ...allStacks.map((stack) => byStack[stack])));
    },
    async deployInVain(note, assembly) {
      const { code, output } = await run(task(note, [...deploying, '--app', assembly]));
      assert.notEqual(code, 0, 'cdk deploy of what cannot be made ended well');
      if (!output.includes(IMPOSSIBLE))
        throw new Error(`cdk deploy failed, and not for ${IMPOSSIBLE}. Its last lines:\n${lastLines(output)}`);
    },
    async destroy(note) {
      await succeed(task(note, ['destroy', '--all', ...ofStage(), '--force']));
    },
  };
}
