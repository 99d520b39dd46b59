import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readStatuses } from '../environment.ts';
import type { Command } from './command.ts';
import { Refused, Usage } from './failures.ts';

/** Turns the stage setting `protect` on by a deploy, once all stacks of the stage exist. */
export const protectCommand: Command = {
  words: 'protect',
  summary: 'Protect the stacks, the table and the data key of a deployed stage from deletion',
  flags: {
    account: { type: 'string', help: 'the account of the stage, if its settings name none' },
    region: { type: 'string', help: 'the region of the stage, if its settings name none' },
    settings: { type: 'string', help: 'a file that overlays the settings of the stage (-c settings=FILE)' },
    yes: { type: 'boolean', help: 'do not ask for confirmation' },
  },
  examples: ['protect --stage prod'],
  run: async ({ target: { stage }, text, confirm }) => {
    if (stage === undefined) throw new Usage('--stage is missing');
    const statuses = await readStatuses(stage);
    const unfinished = [...statuses].filter(([, status]) => !/^(?:CREATE|UPDATE|IMPORT)_COMPLETE$/.test(status ?? ''));
    if (unfinished.length > 0)
      throw new Refused(
        `${unfinished.map(([name, status]) => `${name} is ${status ?? 'not there'}`).join(', ')}. ` +
          'Deploy the stage first: a stack whose first deploy failed cannot be deleted once it is protected.',
      );
    const stacks = [...statuses.keys()];
    await confirm(`Protect ${stacks.join(', ')}? Only the break-glass role can then change the data key.`);
    const given = ['account', 'region', 'settings'].flatMap((name) => {
      const value = text(name);
      return value === undefined ? [] : ['-c', `${name}=${value}`];
    });
    await deploy(['-c', `stage=${stage}`, '-c', 'protect=true', ...given]);
    return {
      answer: { stage, protected: stacks },
      note:
        `Set protect: true for ${stage} in infra/stages.ts now, if it is not there yet:` +
        ' a deploy without it turns the protection off.',
    };
  },
};

/** Runs the CDK's own command line. Its output goes to stderr, as stdout belongs to the answer. */
async function deploy(context: readonly string[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'license-service-'));
  const args = ['deploy', '--all', '--require-approval', 'never', '--output', folder, ...context];
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      const child = spawn('node_modules/.bin/cdk', args, { stdio: ['ignore', process.stderr, process.stderr] });
      child.once('error', reject);
      child.once('close', resolve);
    });
    if (code !== 0) throw new Refused(`cdk deploy ended with ${String(code)}: the stage may be protected in part.`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
