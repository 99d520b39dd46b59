import { HOUR_S, isoSeconds, SECOND_MS } from '../domain/time.ts';
import type { ExportJob } from '../table/exports.ts';

/** An export as its brand sees it. `sign` makes the address of its file. */
export function exportView(job: ExportJob, nowMs: number, sign: (expiresS: number) => string) {
  const { id, what, format, state, rows, created_at, finished_at } = job;
  const download = state === 'done' ? { url: sign(HOUR_S), expires_at: isoSeconds(nowMs + HOUR_S * SECOND_MS) } : null;
  return { id, what, format, state, rows, download, created_at, finished_at };
}
