import { refuse, type Refusal } from '../domain/refusal.ts';
import { sourceOf } from '../domain/source.ts';
import { keys, PLATFORM } from './keys.ts';
import { countInMinute, minuteAt } from './minute-counters.ts';
import type { Table } from '../dynamo/table.ts';

/** One source may send so many license keys that do not exist in a minute, and as many credentials. */
export const FAILURES_A_MINUTE = 60;

/** What failures of each kind are refused with above the limit. Each kind has a counter of its own. */
const REFUSED_WITH = { license_key: 'rate_limited', credential: 'too_many_failures' } as const;
export type FailureKind = keyof typeof REFUSED_WITH;

export type FailureContext = {
  table: (owner: string) => Table<'UpdateItem'>;
  request: { sourceIp: string };
  nowMs: number;
};

/**
 * Counts a call that named something that does not exist, and answers its own refusal, or from the 61st in a minute on
 * one that tells its source to wait. Calls that name what exists never come here, so that nobody suffers for another
 * behind the same address. A count that fails is lost, and nothing else.
 */
export async function afterFailure(ctx: FailureContext, kind: FailureKind, refusal: Refusal): Promise<Refusal> {
  const minute = minuteAt(ctx.nowMs);
  const key = keys.failures(kind, sourceOf(ctx.request.sourceIp), minute.number);
  const isCounted = await countInMinute(ctx.table(PLATFORM), key, { count: FAILURES_A_MINUTE }, minute).catch(
    () => true,
  );
  return isCounted ? refusal : refuse(REFUSED_WITH[kind], { retry_after_seconds: minute.reset_seconds });
}

/** The same after a look-up by a license key, of which only the refusal says whether the key exists. */
export async function afterFailedLookup(ctx: FailureContext, refusal: Refusal): Promise<Refusal> {
  return refusal.code === 'license_key_not_found' ? afterFailure(ctx, 'license_key', refusal) : refusal;
}
