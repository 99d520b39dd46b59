import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { historyBucket } from '../lib/buckets.ts';
import { ENGINE_NAMES, type EngineName } from './engine.ts';

export type Options = {
  port: number;
  host: string;
  /** The folder of the data; undefined keeps the data until the service stops. */
  dataDir: string | undefined;
  /** The folder of the data key and the credentials. */
  localDir: string;
  /** The one engine to start; undefined starts the first that can run here. */
  engine: EngineName | undefined;
  /** The address of an engine that runs already; it is used, and stays when the service stops. */
  engineEndpoint?: string;
  verbose: boolean;
  /** Prints each event as it comes on the bus. */
  events: boolean;
  /** The stage's setting `archiveCancelledAfterMonths`; empty archives nothing. */
  archiveAfterMonths: string;
};

export const HELP = `Runs the whole service on this machine.

  npm start                       keeps the data until it stops
  npm start -- --data DIR         keeps the data in the folder DIR for the next start
  npm start -- --engine NAME      uses this database: dynamodb-local (needs Java 17) or dynoxide (Linux only); the
                                  default is the first one that can run here
  npm start -- --events           prints each event on one line: time, brand, type, seq, entity, before and after
  npm start -- --verbose          prints every log line of the service, not only warnings
  npm start -- --help             shows this text

A folder of data works only with the database that wrote it. It also keeps the clock.

POST /__local/tick?now=TIME moves the clock of the running service forward, does everything that is due by then, waits
until every event is delivered, and answers with what it did. Without now, the clock stays as it is.
POST /__local/fault?what=table|secret|bucket|bus&mode=away|slow|off takes a part of the service away, makes it slow
(ms=2000 by default) or gives it back (docs/outages.md). Only this machine may call it.
GET /__local/metrics shows the figures of the service in the format of Prometheus.

Environment
  PORT        the port to listen on (default 3000; 0 means any free port)
  HOST        the address to listen on (default 127.0.0.1)
  LOCAL_DIR   the folder of data-key, of the keys of proofs and of credentials.json (default .local)
  ARCHIVE_CANCELLED_AFTER_MONTHS  archives the history of a license that was cancelled so many months ago, 3 or more,
              once a day and when the clock moves (docs/archive.md)
  ENGINE_ENDPOINT  the address of a DynamoDB Local that runs already, to be used and not to be stopped
`;

const PORTS = 65_536;

/** Throws an error of one line for what it cannot read; undefined when help is asked for. */
export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): Options | undefined {
  const { data, engine, events, verbose, help } = parse(args);
  if (help === true) return undefined;
  if (data === '') throw new Error('--data needs the name of a folder, as in npm start -- --data DIR');
  const port =
    env['PORT'] === undefined || env['PORT'] === ''
      ? 3000
      : /^\d{1,5}$/.test(env['PORT'])
        ? Number(env['PORT'])
        : PORTS;
  if (port >= PORTS)
    throw new Error(`PORT must be a number from 0 to ${PORTS - 1}, not ${JSON.stringify(env['PORT'])}.`);
  return {
    port,
    host: env['HOST'] === undefined || env['HOST'] === '' ? '127.0.0.1' : env['HOST'],
    dataDir: data === undefined ? undefined : resolve(data),
    localDir: resolve(env['LOCAL_DIR'] ?? join(import.meta.dirname, '../.local')),
    engine: engineNamed(engine),
    ...(env['ENGINE_ENDPOINT'] ? { engineEndpoint: env['ENGINE_ENDPOINT'] } : {}),
    verbose: verbose === true,
    events: events === true,
    archiveAfterMonths: readMonths(env[historyBucket.variables.afterMonths] ?? ''),
  };
}

function readMonths(text: string): string {
  if (text !== '' && !(/^\d{1,3}$/.test(text) && Number(text) >= 3))
    throw new Error(`${historyBucket.variables.afterMonths} must be a number from 3 on, not ${JSON.stringify(text)}.`);
  return text;
}

function engineNamed(name: string | undefined): EngineName | undefined {
  const engine = ENGINE_NAMES.find((one) => one === name);
  if (engine === undefined && name !== undefined)
    throw new Error(`--engine must be ${ENGINE_NAMES.join(' or ')}, not ${JSON.stringify(name)}.`);
  return engine;
}

function parse(args: readonly string[]) {
  try {
    const options = {
      data: { type: 'string' },
      engine: { type: 'string' },
      verbose: { type: 'boolean' },
      events: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    const [complaint = ''] = (error instanceof Error ? error.message : String(error)).split(/[.\n]/, 1);
    throw new Error(`${complaint}. See npm start -- --help`, { cause: error });
  }
}
