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

/** The CDK's command line as in docs/deploy.md, with the emulator instead of AWS. */
export type Cdk = {
  bootstrap: (note: Note) => Promise<void>;
  /** Synthesizes this tree, or another tree with its own app. Returns the folder of the assembly. */
  synth: (note: Note, other?: { tree: string; app: string }) => Promise<string>;
  /** Deploys this tree by the command of docs/deploy.md, or an assembly of `synth`. Returns all outputs. */
  deploy: (note: Note, assembly?: string) => Promise<Outputs>;
  /** Deploys an assembly and throws unless it fails because of the impossible resource. */
  deployInVain: (note: Note, assembly: string) => Promise<void>;
  destroy: (note: Note) => Promise<void>;
  /** Throws unless CloudFormation refuses to destroy the stacks because they are protected. */
  destroyInVain: (note: Note) => Promise<void>;
};

/** The stage keeps its data, as staging and prod do, and therefore names the account and region it lives in. */
export const settings = 'deploy-test/keeps-data.json';
const context = ['-c', 'stage=e2e', '-c', `settings=${settings}`];

export function openCdk({ env }: Emulator, folder: string, root: string): Cdk {
  const outputs = join(folder, 'outputs.json');
  // Nobody can approve changes here, and `events` prints the progress in lines.
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
  // A separate output folder, because another run of the CDK may write to the default one.
  const ofStage = (name = 'cdk.out'): string[] => [...context, '--output', join(folder, name)];
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
    async destroyInVain(note) {
      const { code, output } = await run(task(note, ['destroy', '--all', ...ofStage(), '--force']));
      assert.notEqual(code, 0, 'cdk destroy of protected stacks ended well');
      assert.match(output, /TerminationProtection|termination protection/i);
    },
  };
}
