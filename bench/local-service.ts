import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Credentials } from '../local/credentials.ts';

const ROOT = join(import.meta.dirname, '..');
const READY_WITHIN_MS = 60_000;

/** `npm start`'s service in a process of its own. */
export type LocalService = {
  baseUrl: string;
  credentials: Credentials;
  process: ChildProcess;
  /** The folder of its keys and addresses. */
  localDir: string;
};

/**
 * Starts the service and resolves once it answers. Its output is dropped: under faults it is mostly errors. With an
 * engine of the caller's, it can be killed and started again on the same data.
 */
export async function startLocalService(
  localDir: string,
  port: number,
  engineEndpoint?: string,
): Promise<LocalService> {
  const child = spawn(process.execPath, ['local/start.ts'], {
    cwd: ROOT,
    detached: true,
    stdio: 'ignore',
    env: {
      ...process.env,
      PORT: String(port),
      HOST: '',
      LOCAL_DIR: localDir,
      LOG_LEVEL: 'SILENT',
      ...(engineEndpoint === undefined ? {} : { ENGINE_ENDPOINT: engineEndpoint }),
    },
  });
  const baseUrl = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!(await answers(baseUrl))) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error('the service did not become ready');
    await pause(100);
  }
  const file = join(localDir, 'credentials.json');
  const credentials = Credentials.parse(JSON.parse(readFileSync(file, 'utf8')));
  return { baseUrl, credentials, process: child, localDir };
}

async function answers(baseUrl: string): Promise<boolean> {
  return fetch(`${baseUrl}/ready`, { signal: AbortSignal.timeout(5_000) }).then(
    ({ ok }) => ok,
    () => false,
  );
}

export async function stopLocalService({ process: child }: LocalService, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** The process that listens on a port of this machine (Linux). */
export function findListenerPid(port: number): number {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  const inode = rows.find(([, local = '', , state]) => local.endsWith(wanted) && state === '0A')?.[9];
  const pid = pidsIn('/proc').find((one) => inode !== undefined && holdsSocket(one, inode));
  if (pid === undefined) throw new Error(`Nothing listens on port ${port}. Start the service with npm start.`);
  return Number(pid);
}

function holdsSocket(pid: string, inode: string): boolean {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).some((fd) => readlinkSync(join(folder, fd)) === `socket:[${inode}]`);
  } catch {
    return false;
  }
}

const pidsIn = (folder: string): string[] =>
  existsSync(folder) ? readdirSync(folder).filter((entry) => /^\d+$/.test(entry)) : [];
