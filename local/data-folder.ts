import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isoSeconds } from '../lib/domain/time.ts';
import { machineTime, moveTo, now } from '../lib/process/clock.ts';

const writerFile = (dataDir: string): string => join(dataDir, 'engine');

/** Throws an error of one line when another engine wrote the folder: this one would show an empty service. */
export function assertWriter(dataDir: string, engine: string): void {
  mkdirSync(dataDir, { recursive: true });
  const file = writerFile(dataDir);
  const writer = existsSync(file) ? readFileSync(file, 'utf8').trim() : engine;
  if (writer !== engine)
    throw new Error(
      `The data in ${dataDir} was written by ${writer}, and ${engine} cannot read it. ` +
        `Start with --engine ${writer}, or with another folder.`,
    );
}

export function noteWriter(dataDir: string, engine: string): void {
  writeFileSync(writerFile(dataDir), `${engine}\n`);
}

const clockFile = (dataDir: string): string => join(dataDir, 'clock.json');

/** Keeps how far the clock is ahead of the machine's own, so that the next start lives at the same time as the data. */
export function saveClock(dataDir: string): void {
  writeFileSync(clockFile(dataDir), `${JSON.stringify({ ahead_ms: now() - machineTime().getTime() })}\n`);
}

/** Moves the clock ahead as far as it was at the last start with this folder, and returns its time if it was moved. */
export function restoreClock(dataDir: string): string | undefined {
  const file = clockFile(dataDir);
  if (!existsSync(file)) return undefined;
  const { ahead_ms } = JSON.parse(readFileSync(file, 'utf8')) as { ahead_ms: number };
  moveTo(machineTime().getTime() + ahead_ms);
  return isoSeconds(now());
}
