import type { ChildProcess } from 'node:child_process';
import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';

const NAME = 'TEST_RUN_FOLDER';
const GIVE_UP_MS = 300_000;

/** A folder that all workers of this run share, deleted after it. */
export function runFolder(): string {
  const folder = process.env[NAME];
  if (folder === undefined) throw new Error('This run has no folder: start tests by npm test or npx jest.');
  return folder;
}

export function announceRunFolder(folder: string): void {
  process.env[NAME] = folder;
}

/** Runs `make` in one worker; the others wait until it is done. */
export function once(name: string, make: () => void): void {
  const lock = join(runFolder(), `${name}.lock`);
  const done = join(runFolder(), `${name}.done`);
  const until = Date.now() + GIVE_UP_MS;
  while (!isMade(lock)) {
    if (Date.now() > until) throw new Error(`${name} was not made within ${String(GIVE_UP_MS / 1000)} s`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
  }
  try {
    if (isMade(done)) make();
  } finally {
    rmdirSync(lock);
  }
}

/** Starts what `once` would make, in a process. A caller before its end waits, and makes it if it failed. */
export function startOnce(name: string, start: () => ChildProcess): ChildProcess {
  const lock = join(runFolder(), `${name}.lock`);
  mkdirSync(lock);
  return start().once('exit', (code) => {
    if (code === 0) mkdirSync(join(runFolder(), `${name}.done`));
    rmdirSync(lock);
  });
}

/** Makes a folder; false if it exists already. */
function isMade(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch {
    return false;
  }
}
