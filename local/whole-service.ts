import { join } from 'node:path';
import { historyBucket } from '../lib/buckets.ts';
import { bus as busTable } from '../lib/jobs.ts';
import { consoleRoutes } from '../lib/api/console.ts';
import { routes } from '../lib/api/routes.ts';
import { machineTime, uptimeMs } from '../lib/process/clock.ts';
import { tellInstead } from '../lib/process/figures.ts';
import { cloudWatchEnvironment, startCloudWatch, type LocalCloudWatch } from './cloudwatch.ts';
import { readOwnLines } from './own-lines.ts';
import { accessLine, type Started } from './banner.ts';
import type { LocalBus } from './bus.ts';
import { createTable, localClient } from './create-table.ts';
import { readCredentials, writeCredentials, type Credentials } from './credentials.ts';
import { restoreClock } from './data-folder.ts';
import { assertTableKey, dataKeyFile } from './data-key.ts';
import { startEngine, type Engine } from './engine.ts';
import { addFault, secretSwitch } from './fault.ts';
import { joinSwitches, openFaultProxy, type FaultProxy } from './fault-proxy.ts';
import { startIdentityProvider, type LocalProvider } from './identity-provider.ts';
import type { EventFlow } from './event-flow.ts';
import {
  announceStored,
  filesEnvironment,
  historiesEnvironment,
  startFiles,
  startHistoryFiles,
  type LocalFiles,
} from './files.ts';
import { importFunctions } from './functions.ts';
import { createGateway, type Gateway } from './gateway.ts';
import { buildBusEnvironment, importJobs, openBus, openEventFlow } from './open-events.ts';
import { openLocalMetrics, addMetrics } from './local-metrics.ts';
import type { Options } from './options.ts';
import { openPackages, packagesEnvironment, type LocalPackages } from './packages.ts';
import { seedReleases } from './seed-releases.ts';
import { seed, stillWork, type Store } from './seed.ts';
import { buildSigningEnvironment, readRootKeys } from './signing-keys.ts';
import { startServer, type LocalServer } from './server.ts';
import { addTick } from './tick.ts';

const TABLE_NAME = 'license-service';
const REGION = 'eu-west-1';

/** The parts that run, as far as the start has come. */
export type Running = {
  server?: LocalServer;
  engine?: Engine;
  events?: EventFlow;
  files?: LocalFiles;
  histories?: LocalFiles;
  packages?: LocalPackages;
  proxies?: FaultProxy[];
  provider?: LocalProvider;
  cloudWatch?: LocalCloudWatch;
};

/** Starts the whole service on this machine and notes in `running` each part that has to be stopped. */
export async function startService(options: Options, running: Running): Promise<Started> {
  const metrics = openLocalMetrics();
  tellInstead(metrics.measure);
  const ready = Promise.withResolvers<Gateway>();
  ready.promise.catch(() => undefined);
  running.server = await startServer({
    ...options,
    gateway: ready.promise,
    onServed: (served) => {
      metrics.served(served);
      console.log(accessLine(served, machineTime().getTime()));
    },
  });
  const { localDir, dataDir } = options;
  const dataKey = dataKeyFile(localDir, dataDir);
  const movedTo = dataDir === undefined ? undefined : restoreClock(dataDir);
  const { baseUrl } = running.server;
  const [engine, functions, bus, provider] = await startParts(options, running, baseUrl);
  const cloudWatch = await openCloudWatch(options, running);
  const { files, histories, packages } = await startBuckets(options, running, bus);
  const proxies = await openProxies({ engine, bus, files, histories, packages });
  running.proxies = Object.values(proxies);
  const signing = buildSigningEnvironment(localDir);
  setEnvironment(options, {
    DYNAMODB_ENDPOINT: proxies.engine.endpoint,
    DATA_KEY_FILE: dataKey,
    BASE_URL: baseUrl,
    ...signing,
    ...buildBusEnvironment(bus),
    ...filesEnvironment(proxies.files),
    ...historiesEnvironment(proxies.histories),
    ...packagesEnvironment(proxies.packages),
    ...cloudWatchEnvironment(cloudWatch),
    ...provider.environment,
    [busTable.variables.endpoint]: proxies.bus.endpoint,
  });
  const gateway = createGateway({ routes, pages: consoleRoutes, ...functions, onError: console.error });
  const store = { endpoint: engine.endpoint, tableName: TABLE_NAME, region: REGION };
  const { credentials, keys } = await openTable(gateway, store, {
    localDir,
    baseUrl,
    dataKey,
    people: provider.people,
  });
  const addresses = { ...signing, ...historiesEnvironment(histories) };
  running.events = await openEventFlow(bus, store, { ...options, addresses });
  await seedReleases(gateway, credentials);
  ready.resolve(addFault(addMetrics(addTick(gateway, running.events), metrics), nameFaults(proxies)));
  return { credentials, keys, engine, dataDir, movedTo, localDir, tookMs: uptimeMs() };
}

/** Counts calls by brand from the log lines of this process, and prints those that are asked for. */
async function openCloudWatch({ verbose }: Options, running: Running): Promise<LocalCloudWatch> {
  running.cloudWatch = await startCloudWatch();
  readOwnLines(running.cloudWatch.note, verbose ? 'DEBUG' : (process.env['LOG_LEVEL'] ?? 'WARN'));
  return running.cloudWatch;
}

async function startBuckets(options: Options, running: Running, bus: LocalBus) {
  const files = await startFiles(folderOf(options, 'files'), announceStored(bus.queues));
  const histories = await startHistoryFiles(folderOf(options, 'histories'));
  const packages = await openPackages(bus, options.dataDir);
  Object.assign(running, { files, histories, packages });
  return { files, histories, packages };
}

/** None waits for the others: importing the functions takes about as long as the engine's start. */
const startParts = (options: Options, running: Running, consoleUrl: string) =>
  Promise.all([
    openEngine(options).then((started) => {
      running.engine = started;
      return started;
    }),
    importFunctions([...routes, ...consoleRoutes]),
    openBus(options),
    startIdentityProvider({ host: options.host, consoleUrl }).then((started) => {
      running.provider = started;
      return started;
    }),
    importJobs(),
  ]);

type Parts<P> = Record<'engine' | 'bus' | 'files' | 'histories' | 'packages', P>;

/** Functions reach each part through a proxy, which can take the part away. */
async function openProxies(parts: Parts<{ endpoint: string }>): Promise<Parts<FaultProxy>> {
  const [engine, bus, files, histories, packages] = await Promise.all([
    openFaultProxy(parts.engine.endpoint),
    openFaultProxy(parts.bus.endpoint),
    openFaultProxy(parts.files.endpoint),
    openFaultProxy(parts.histories.endpoint),
    openFaultProxy(parts.packages.endpoint),
  ]);
  return { engine, bus, files, histories, packages };
}

const nameFaults = ({ engine, bus, files, histories, packages }: Parts<FaultProxy>) => ({
  table: engine,
  secret: secretSwitch,
  bucket: joinSwitches([files, histories, packages]),
  bus,
});

/** Files are kept as long as the data. */
const folderOf = ({ dataDir, localDir }: Options, name: 'files' | 'histories'): string =>
  join(dataDir ?? localDir, name);

/** Starts an engine, or uses one that runs already and outlives the service. */
async function openEngine({ engine: only, dataDir, engineEndpoint: endpoint }: Options): Promise<Engine> {
  if (endpoint !== undefined) return { endpoint, name: 'dynamodb-local', pid: 0, stop: () => Promise.resolve() };
  return startEngine({ only, ...(dataDir === undefined ? {} : { dataDir }) });
}

/** Sets the variables that the stacks set when deployed, and none of this machine's own AWS set-up. */
function setEnvironment({ verbose, archiveAfterMonths }: Options, ofThisStart: Record<string, string>): void {
  for (const name of ['AWS_SESSION_TOKEN', 'DATA_KEY_SECRET_ARN', 'SIGNING_KEYS_SECRET_ARN'])
    Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, {
    TABLE_NAME,
    ...ofThisStart,
    STAGE: 'local',
    [historyBucket.variables.afterMonths]: archiveAfterMonths,
    // Calls are counted by brand from lines of the level INFO, which are printed only if they are asked for.
    LOG_LEVEL: verbose ? 'DEBUG' : 'INFO',
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  });
}

type LocalAddresses = { localDir: string; baseUrl: string; dataKey: string; people: Credentials['people'] };

/** A table with the demo data in it, and credentials that open it: those of an earlier start where they still do. */
async function openTable(
  gateway: Gateway,
  store: Store,
  { localDir, baseUrl, dataKey, people }: LocalAddresses,
): Promise<Pick<Started, 'credentials' | 'keys'>> {
  const client = localClient(store.endpoint);
  const isNew = await createTable(client, store.tableName);
  client.destroy();
  if (!isNew) await assertTableKey(store, dataKey);
  const earlier = isNew ? undefined : readCredentials(localDir);
  const kept = earlier !== undefined && (await stillWork(gateway, earlier));
  const rootKeys = readRootKeys(localDir);
  const seeded = kept
    ? { ...earlier, base_url: baseUrl, root_keys: rootKeys }
    : await seed(gateway, store, { baseUrl, rootKeys });
  const credentials: Credentials = { ...seeded, people };
  writeCredentials(localDir, credentials);
  return { credentials, keys: isNew ? 'new' : kept ? 'kept' : 'renewed' };
}

/** Requests under way are answered first; the engine goes last. */
export async function stopService(running: Running): Promise<void> {
  const { server, engine, events, files, histories, packages, provider, cloudWatch, proxies = [] } = running;
  await server?.stop();
  await provider?.stop();
  await cloudWatch?.stop();
  await events?.stop();
  await files?.stop();
  await histories?.stop();
  await packages?.stop();
  for (const proxy of proxies) proxy.stop();
  await engine?.stop();
}
