import { HOUR_S, isoSeconds, SECOND_MS } from '../domain/time.ts';
import type { ExportJob } from '../table/exports.ts';

/** An export as its brand sees it. `sign` makes the address of its file, or none for a caller who may not read it. */
export function exportView(job: ExportJob, nowMs: number, sign: (expiresS: number) => string | undefined) {
  const { id, what, format, state, rows, created_at, finished_at } = job;
  const url = state === 'done' ? sign(HOUR_S) : undefined;
  const download = url === undefined ? null : { url, expires_at: isoSeconds(nowMs + HOUR_S * SECOND_MS) };
  return { id, what, format, state, rows, download, created_at, finished_at };
}
