import { refuse, type Refusal } from '../domain/refusal.ts';
import type { Context } from '../context.ts';
import { readStoredKeySet } from '../table/key-set.ts';
import { PLATFORM } from '../table/keys.ts';
import type { Answer } from '../table/once.ts';

/** The signed key set as it was published. A stage has none until its daily job has run once. */
export async function getKeySet(ctx: Context<'GetItem'>): Promise<Answer<string> | Refusal> {
  const set = await readStoredKeySet(ctx.table(PLATFORM));
  return set === undefined ? refuse('unavailable', { retry_after_seconds: 60 }) : { body: set.jws };
}
