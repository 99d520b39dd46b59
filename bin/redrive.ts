import { parseArgs } from 'node:util';
import { readEnvironment } from './environment.ts';
import { redrives } from './redrive/queues.ts';

const names = Object.keys(redrives);
const HELP = `Retries the messages of a dead-letter queue.

  npm run redrive -- --stage STAGE     a deployed stage; needs AWS credentials in the environment
  npm run redrive -- --local           the service that runs on this machine
  npm run redrive -- … --queue NAME    the queue (default ${names[0] ?? ''}):
${Object.entries(redrives)
  .map(([name, { about }]) => `                                       ${name}: ${about}`)
  .join('\n')}
  npm run redrive -- … --dry-run       shows what it would do, and does nothing
  npm run redrive -- --help            shows this text

A message that succeeds is deleted from the queue. A message that fails stays there, and its reason is shown. The exit
code is 0 when every message succeeded, else 1. Messages that a dry run has read return to the queue after five minutes.
`;

const OPTIONS = {
  stage: { type: 'string' },
  local: { type: 'boolean' },
  'local-dir': { type: 'string', default: '.local' },
  queue: { type: 'string', default: names[0] ?? '' },
  'dry-run': { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h' },
} as const;

async function main(args: readonly string[]): Promise<number> {
  const {
    stage,
    local,
    help,
    queue,
    'local-dir': localDir,
    'dry-run': dryRun,
  } = parseArgs({ args: [...args], options: OPTIONS }).values;
  if (help === true) {
    console.log(HELP);
    return 0;
  }
  if ((stage === undefined) === (local !== true))
    throw new Error('Give one of --stage STAGE and --local. See npm run redrive -- --help');
  const redrive = Object.hasOwn(redrives, queue) ? redrives[queue] : undefined;
  if (redrive === undefined)
    throw new Error(
      `There is no dead-letter queue ${JSON.stringify(queue)}.` +
        ` Give one of ${names.join(', ')}: --queue ${names[0] ?? ''}`,
    );
  const { count, run } = redrive.open(
    await readEnvironment(stage === undefined ? { kind: 'local', localDir } : { kind: 'stage', stage }),
  );
  const total = await count();
  console.log(`About ${total} messages in the queue.`);
  let done = 0;
  let kept = 0;
  for await (const redriven of run({ dryRun })) {
    done += 1;
    if (redriven.kept) kept += 1;
    console.log(`${done}/${Math.max(total, done)}  ${redriven.line}`);
  }
  console.log(
    dryRun
      ? `${done - kept} would succeed, ${kept} would stay in the queue.`
      : `${done - kept} succeeded, ${kept} stay in the queue.`,
  );
  return kept === 0 ? 0 : 1;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
