import * as z from 'zod/mini';
import { DAY_MS } from '../domain/time.ts';
import { nightlyAudit } from '../jobs.ts';

/** One segment to read, counted from 1 as the command counts them, and the last one of this night. */
export type NightPart = { segment: number; last: number; total: number };

const Begin = z.object({ night: z.iso.datetime({ offset: true }) });
const count = z.int().check(z.minimum(1));
const Part = z.object({ segment: count, last: count, total: count });

/**
 * The segments of a night: each of seven nights in a row has a seventh of them. DynamoDB divides a table by the hash of
 * its keys, so an item stays in its segment.
 */
export function planNight(nightMs: number, total: number): NightPart {
  const perNight = total / nightlyAudit.nights;
  const before = (Math.floor(nightMs / DAY_MS) % nightlyAudit.nights) * perNight;
  return { segment: before + 1, last: before + perNight, total };
}

/** The segment that a message asks for: the schedule names a night, and each call hands on the next segment. */
export function readNightMessage(body: string, total: number): NightPart {
  const value: unknown = JSON.parse(body);
  const begin = Begin.safeParse(value);
  if (begin.success) return planNight(Date.parse(begin.data.night), total);
  const part = Part.parse(value);
  if (part.segment > part.last || part.last > part.total) throw new Error('the message names no segment');
  return part;
}

/** The next segment of the same night; undefined after its last one. */
export const nextPart = ({ segment, last, total }: NightPart): NightPart | undefined =>
  segment < last ? { segment: segment + 1, last, total } : undefined;
