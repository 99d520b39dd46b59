import { withDue } from './due.ts';
import type { License } from './license.ts';
import { timeAfter } from './time.ts';

/** A license one change later. */
export function nextVersion(license: License, nowMs: number): License {
  return withDue({ ...license, seq: license.seq + 1, updated_at: timeAfter(license.updated_at, nowMs) }, nowMs);
}
