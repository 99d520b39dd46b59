import { refuse, type Refusal } from '../domain/refusal.ts';
import { readSource } from '../domain/source.ts';
import { keys, PLATFORM } from './keys.ts';
import { countInMinute, computeMinute } from './minute-counters.ts';
import type { Table } from '../dynamo/table.ts';

/** The limit per source and minute of unknown license keys, and of unknown credentials. */
export const FAILURES_A_MINUTE = 60;

/** The refusals above the limit, by kind of failure. Each kind has its own counter. */
const REFUSED_WITH = { license_key: 'rate_limited', credential: 'too_many_failures' } as const;
export type FailureKind = keyof typeof REFUSED_WITH;

export type FailureContext = {
  table: (owner: string) => Table<'UpdateItem'>;
  request: { sourceIp: string };
  nowMs: number;
};

/**
 * Counts a call that named something unknown, and returns its own refusal, or from the 61st in a minute one that asks
 * its source to wait. Calls with known keys are not counted, so callers behind one address do not affect each other. A
 * failed count is ignored.
 */
export async function afterFailure(ctx: FailureContext, kind: FailureKind, refusal: Refusal): Promise<Refusal> {
  const minute = computeMinute(ctx.nowMs);
  const key = keys.failures(kind, readSource(ctx.request.sourceIp), minute.number);
  const isCounted = await countInMinute(ctx.table(PLATFORM), key, { count: FAILURES_A_MINUTE }, minute).catch(
    () => true,
  );
  return isCounted ? refusal : refuse(REFUSED_WITH[kind], { retry_after_seconds: minute.reset_seconds });
}
