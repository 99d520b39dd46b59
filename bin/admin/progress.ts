import { sleep } from '../../lib/process/timers.ts';
import type { Body } from './service.ts';

const POLL_MS = 1_000;
const AT_WORK: ReadonlySet<unknown> = new Set(['waiting_for_file', 'queued', 'running', 'undoing']);

/** Reads a job once a second until it has ended, and shows its progress on stderr. */
export async function waitForEnd(read: () => Promise<Body>, describe: (job: Body) => string): Promise<Body> {
  let shown = '';
  for (;;) {
    const job = await read();
    if (!AT_WORK.has(job['state'])) {
      if (process.stderr.isTTY && shown !== '') process.stderr.write('\n');
      return job;
    }
    shown = tell(describe(job), shown);
    await sleep(POLL_MS);
  }
}

/** A terminal shows one line that changes; a file gets a line for each change. */
function tell(text: string, before: string): string {
  if (text === before) return before;
  if (process.stderr.isTTY) process.stderr.write(`\r${text.padEnd(before.length)}`);
  else console.error(text);
  return text;
}

/** `running: 42 %, 500 rows a second, 12 s left …` */
export function describeImport({ state, progress, counts }: Body): string {
  const { percent, rows_per_second, seconds_left } = progress as Record<string, number | null>;
  const { rows, failed } = counts as Record<string, number>;
  const left = seconds_left === null ? '' : `, ${String(seconds_left)} s left`;
  const rate = `${String(rows)} rows, ${String(failed)} failed, ${String(rows_per_second)} a second`;
  return `${String(state)}: ${String(percent)} %, ${rate}${left} …`;
}

export const describeExport = ({ state, rows }: Body): string => `${String(state)}: ${String(rows)} rows …`;
