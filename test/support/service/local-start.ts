import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const root = join(import.meta.dirname, '../../..');
const dynoxide = join(root, 'node_modules/@dynoxide/linux-x64/dynoxide');
/**
 * For a start whose guarantee is not about the engine. A service on dynoxide costs half of one on DynamoDB Local, which
 * takes its place where dynoxide cannot run.
 */
export const QUICK_ENGINE: readonly string[] = existsSync(dynoxide) ? ['--engine', 'dynoxide'] : [];
const READY_WITHIN_MS = 50_000;
const ENDS_WITHIN_MS = 15_000;
/** For what a process leaves behind: its output on the way, and the processes that end after it. */
const FOLLOWS_WITHIN_MS = 10_000;

/** A start of the service in its own processes. */
export type LocalStart = {
  pid: number;
  output: () => string;
  /** Resolves with the address once the banner is there. */
  ready: () => Promise<string>;
  /** Sends a signal to the whole group, as a terminal does, or to the first process alone, and waits for the end. */
  signal: (name: NodeJS.Signals, to: 'group' | 'first') => Promise<number | null>;
  ended: () => Promise<number | null>;
  /** The started processes that are still running. */
  left: () => Promise<number[]>;
};

/** By `npm start`, or without npm. */
export function localStart(
  by: 'npm' | 'node',
  localDir: string,
  args: readonly string[] = [],
  env: Record<string, string> = {},
): LocalStart {
  const [command, ...first] = by === 'npm' ? ['npm', 'start', '--silent', '--'] : [process.execPath, 'local/start.ts'];
  const child = spawn(command, [...first, ...args], {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PORT: '0', HOST: '', LOCAL_DIR: localDir, ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const pid = child.pid ?? 0;
  const family = new Set<number>();
  const closed = once(child, 'close');
  const ended = () => endOf(child, closed);
  return {
    pid,
    output: () => output,
    ready: async () => {
      const deadline = Date.now() + READY_WITHIN_MS;
      while (Date.now() < deadline && child.exitCode === null) {
        const baseUrl = /^Service +(\S+)\n/m.exec(output)?.[1];
        if (baseUrl !== undefined && output.includes('/admin/brands')) {
          for (const one of descendantsOf(pid)) family.add(one);
          return baseUrl;
        }
        await pause(50);
      }
      throw new Error(`not ready: ${output}`);
    },
    signal: async (name, to) => {
      for (const one of descendantsOf(pid)) family.add(one);
      process.kill(to === 'group' ? -pid : pid, name);
      return ended();
    },
    ended,
    left: async () => {
      for (let waited = 0; waited < FOLLOWS_WITHIN_MS && [...family].some(isAlive); waited += 50) await pause(50);
      return [...family].filter(isAlive);
    },
  };
}

/** Waits for the rest of the output too, unless a process that goes on could still write some. */
async function endOf(child: ChildProcess, closed: Promise<unknown>): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const forced = setTimeout(() => child.kill('SIGKILL'), ENDS_WITHIN_MS);
    await once(child, 'exit');
    clearTimeout(forced);
  }
  await Promise.race([closed, pause(FOLLOWS_WITHIN_MS, undefined, { ref: false })]);
  return child.exitCode;
}

/** Every process below this one, as far as `/proc` tells (Linux). */
function descendantsOf(ancestor: number): number[] {
  const pids = existsSync('/proc/self/stat') ? readdirSync('/proc').filter((entry) => /^\d+$/.test(entry)) : [];
  const parents = pids.map((pid) => [Number(pid), Number(/\) \S (\d+)/.exec(statOf(Number(pid)))?.[1])] as const);
  const below = (pid: number): number[] =>
    parents.filter(([, parent]) => parent === pid).flatMap(([one]) => [one, ...below(one)]);
  return below(ancestor);
}

/** One that ended but was not yet collected by its parent is not alive. */
function isAlive(pid: number): boolean {
  return /\) [^ZX] /.test(statOf(pid));
}

function statOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return '';
  }
}
