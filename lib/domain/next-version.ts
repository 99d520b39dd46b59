import { setDue } from './due.ts';
import type { License } from './license.ts';
import { timeAfter } from './time.ts';

/** The next version of a license. */
export function nextVersion(license: License, nowMs: number): License {
  return setDue({ ...license, seq: license.seq + 1, updated_at: timeAfter(license.updated_at, nowMs) }, nowMs);
}
