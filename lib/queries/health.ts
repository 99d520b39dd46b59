import { refuse, type Refusal } from '../domain/refusal.ts';
import type { Context } from '../context.ts';
import { PLATFORM, platformKeys } from '../table/keys.ts';
import type { Answer } from '../table/once.ts';
import { ping } from '../dynamo/table.ts';

type Health = Answer<{ status: 'ok' }>;

/** Checks that this process answers. */
export function health(): Promise<Health> {
  return Promise.resolve({ body: { status: 'ok' } });
}

/** Checks that the table answers, too. */
export async function healthDb(ctx: Context<'GetItem'>): Promise<Health | Refusal> {
  // A key of its own for each request: one key for all would be the load of one partition, which anybody could raise.
  const answers = await ping(ctx.table(PLATFORM), platformKeys.slugTaken(`health ${ctx.requestId}`));
  return answers ? { body: { status: 'ok' } } : refuse('unavailable', { retry_after_seconds: 5 });
}
