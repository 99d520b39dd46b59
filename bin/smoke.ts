import { parseArgs } from 'node:util';
import { routes } from '../lib/api/routes.ts';
import { jobs, type Job } from '../lib/jobs.ts';
import { randomUuid } from '../lib/process/random.ts';
import { findService } from './admin/find-service.ts';
import { Usage } from './admin/failures.ts';
import { openClient, type Client } from './smoke/client.ts';
import { closeShop, openShop, type Shop } from './smoke/shop.ts';
import { STEPS } from './smoke/steps.ts';

const HELP = `Tries each function of a deployed stage, or of the service on this machine, once.

  npm run smoke -- --stage STAGE    a deployed stage; needs AWS credentials, and CLS_API_KEY with a key of the platform
  npm run smoke -- --url URL        the same at an address
  npm run smoke -- --local          the service that runs on this machine
  npm run smoke -- --help           shows this text

It works in a brand of its own, smoke-STAGE, and leaves nothing active there: its licenses are cancelled, its customers
erased, its API key revoked. It ends with 0 when everything answered as it should, else with 1, and names the route and
the id of the request that did not.
`;
const OPTIONS = {
  stage: { type: 'string' },
  url: { type: 'string' },
  local: { type: 'boolean', default: false },
  'local-dir': { type: 'string', default: '.local' },
  help: { type: 'boolean', short: 'h' },
} as const;

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  if (values.help === true) {
    console.log(HELP);
    return 0;
  }
  const localDir = values.local ? values['local-dir'] : undefined;
  const { baseUrl, apiKey } = await findService({ stage: values.stage, url: values.url, localDir });
  const client = openClient(baseUrl);
  const shop = await openShop(client, apiKey, values.stage ?? 'local');
  const works = await runSteps(client, shop);
  await closeShop(client, shop);
  if (!works) {
    console.log('The service does not work as it should.');
    return 1;
  }
  const untried = listUntried(client.made());
  console.log(`${client.made().size} calls answered as they should.`);
  console.log(`Not reached, because a schedule calls them and an alarm watches that: ${SCHEDULED.join(', ')}.`);
  if (untried.length > 0) console.log(`Not reached, and it should be: ${untried.join(', ')}.`);
  return untried.length > 0 ? 1 : 0;
}

/** The audit is called by a schedule too, of a message each night. */
const SCHEDULED = Object.entries<Job>(jobs).flatMap(([name, { schedule }]) =>
  schedule !== undefined || name === 'audit-segment' ? [name] : [],
);

/** The functions that no call reached and no step proved: their grants are not proven. */
function listUntried(made: ReadonlySet<string>): string[] {
  const tried = routes.filter((route) => {
    const pattern = new RegExp(`^${route.method} ${route.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
    return [...made].some((call) => pattern.test(call));
  });
  const names = new Set<string>([
    ...tried.map((route) => route.function),
    ...STEPS.flatMap(({ proves = [] }) => proves),
    ...SCHEDULED,
  ]);
  const all = new Set([...routes.map((route) => route.function), ...Object.keys(jobs), 'console']);
  return [...all].filter((name) => !names.has(name)).sort();
}

/** Runs all steps up to the first that fails; the last one cleans up in any case. */
async function runSteps(client: Client, shop: Shop): Promise<boolean> {
  const id = randomUuid();
  const run = { client, shop, site: `${id}.example`, email: `${id}@example.com` };
  const rest = [...STEPS];
  let works = true;
  for (let step = rest.shift(); step !== undefined; step = rest.shift()) {
    try {
      await step.run(run);
      console.log(`✓ ${step.name}`);
    } catch (error) {
      if (!works) return false;
      works = false;
      console.log(`✗ ${step.name}: ${error instanceof Error ? error.message : String(error)}`);
      rest.splice(0, rest.length - 1);
    }
  }
  return works;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    const complaint = error instanceof Error ? error.message : String(error);
    console.error(error instanceof Usage ? `${complaint}. See npm run smoke -- --help` : complaint);
    process.exit(error instanceof Usage ? 2 : 1);
  },
);
