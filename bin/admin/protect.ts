import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { overlaid, readOverlay, type Overlay } from '../../infra/overlay.ts';
import { findStage } from '../../infra/stages.ts';
import { readStatuses } from '../environment.ts';
import type { Command } from './command.ts';
import { Refused, Usage } from './failures.ts';

const SETTINGS_FILE = 'infra/stages.ts';

/** Turns the stage setting `protect` on by a deploy, once all stacks of the stage exist. */
export const protectCommand: Command = {
  words: 'protect',
  summary: 'Protect the stacks, the table and the data key of a deployed stage from deletion',
  flags: {
    account: { type: 'string', help: 'the account of the stage, if its settings name none' },
    region: { type: 'string', help: 'the region of the stage, if its settings name none' },
    settings: { type: 'string', help: 'a file whose settings the stage was deployed with (-c settings=FILE)' },
    yes: { type: 'boolean', help: 'do not ask for confirmation' },
  },
  examples: ['protect --stage prod'],
  run: async ({ target: { stage }, text, confirm }) => {
    if (stage === undefined) throw new Usage('--stage is missing');
    const where = { account: text('account'), region: text('region') };
    const overlay = readOverlay(text('settings'));
    const named = findStage({ stage, ...where }, overlay);
    if (named.kind === 'unknown') throw new Refused(named.problem);
    const statuses = await readStatuses(stage);
    const unfinished = [...statuses].filter(([, status]) => !/^(?:CREATE|UPDATE|IMPORT)_COMPLETE$/.test(status ?? ''));
    if (unfinished.length > 0)
      throw new Refused(
        `${unfinished.map(([name, status]) => `${name} is ${status ?? 'not there'}`).join(', ')}. ` +
          'Deploy the stage first: a stack whose first deploy failed cannot be deleted once it is protected.',
      );
    await confirm(
      `Protect ${[...statuses.keys()].join(', ')}? Only the break-glass role can then change the data key.`,
    );
    await deployProtected(stage, where, overlay);
    return {
      answer: { stage, protected: [...statuses.keys()] },
      ...(named.stage.protect ? {} : { note: `Set protect: true for ${stage} in ${SETTINGS_FILE} now: ${LOSES}` }),
    };
  },
};

const LOSES = 'a deploy without it turns the protection off.';

type Where = { account: string | undefined; region: string | undefined };

async function deployProtected(stage: string, where: Where, overlay: Overlay): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'license-service-'));
  const file = join(folder, 'protect.json');
  const given = Object.entries(where).flatMap(([name, value]) =>
    value === undefined ? [] : ['-c', `${name}=${value}`],
  );
  try {
    writeFileSync(file, JSON.stringify(overlaid(overlay, { protect: true })));
    const context = ['-c', `stage=${stage}`, '-c', `settings=${file}`, ...given];
    const args = ['deploy', '--all', '--require-approval', 'never', '--output', join(folder, 'cdk.out'), ...context];
    const code = await new Promise<number | null>((resolve, reject) => {
      const child = spawn('node_modules/.bin/cdk', args, { stdio: ['ignore', process.stderr, process.stderr] });
      child.once('error', reject);
      child.once('close', resolve);
    });
    if (code !== 0)
      throw new Refused(`cdk deploy ended with ${String(code)}. Nothing is protected that was not before.`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
