import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Note } from './report.ts';

export type Environment = Readonly<Record<string, string>>;
export type Started = { child: ChildProcess; output: () => string };
export type Ended = { code: number | null; output: string };

const LAST_LINES = 25;
const BEAT_MS = 10_000;
const WIDTH = 100;
const DIES_WITHIN_MS = 5_000;

/** The running processes. Each leads its own process group, so that its children end with it. */
const running = new Set<ChildProcess>();

/**
 * Starts a program with this environment only, so that it cannot see the credentials of a real account.
 */
export function start(
  program: string,
  args: readonly string[],
  { env, cwd, log }: { env: Environment; cwd?: string; log: string },
): Started {
  const child = spawn(program, [...args], {
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  });
  const file = createWriteStream(log, { flags: 'a' });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      file.write(text);
    });
  }
  running.add(child);
  child.once('close', () => {
    running.delete(child);
    file.end();
  });
  return { child, output: () => output };
}

export type Task = {
  what: string;
  program: string;
  args: readonly string[];
  env: Environment;
  cwd?: string;
  log: string;
  withinMs: number;
  /** Called every ten seconds with the last line of output while the program runs. */
  note?: Note;
};

/**
 * Runs a program to its end. Throws if it cannot be started or exceeds its time; the caller judges the exit code.
 */
export async function run({ what, program, args, withinMs, note, ...options }: Task): Promise<Ended> {
  const { child, output } = start(program, args, options);
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', (cause) =>
      reject(new Error(`${what}: ${program} cannot be started: ${cause.message}`, { cause })),
    );
    child.once('close', (code) => resolve({ code, output: output() }));
  });
  const timer = new AbortController();
  const late = pause(withinMs, undefined, { signal: timer.signal }).then(
    () => {
      kill(child, 'SIGKILL');
      throw new Error(`${what} did not end within ${withinMs / 1000} s. Its last lines:\n${lastLines(output())}`);
    },
    () => ended,
  );
  const began = performance.now();
  const beat = setInterval(
    () => note?.(`${Math.round((performance.now() - began) / 1000)} s, ${lastLineOf(output())}`),
    BEAT_MS,
  );
  try {
    return await Promise.race([ended, late]);
  } finally {
    clearInterval(beat);
    timer.abort();
  }
}

/** Like `run`, but throws unless the program exits with 0. */
export async function succeed(task: Task): Promise<string> {
  const { code, output } = await run(task);
  if (code !== 0) throw new Error(`${task.what} ended with ${code}. Its last lines:\n${lastLines(output)}`);
  return output;
}

const lastLineOf = (output: string): string => (output.trimEnd().split('\n').at(-1) ?? '').slice(0, WIDTH);

export const lastLines = (output: string): string => output.trimEnd().split('\n').slice(-LAST_LINES).join('\n');

/** Ends a process and its children, first with SIGTERM and then with SIGKILL. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('close', resolve));
  kill(child, 'SIGTERM');
  await Promise.race([ended, pause(DIES_WITHIN_MS, undefined, { ref: false })]);
  kill(child, 'SIGKILL');
}

/** Kills all processes without waiting, when this process exits. */
export function killAll(): void {
  for (const child of running) kill(child, 'SIGKILL');
}

function kill({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // The group is gone already.
  }
}
