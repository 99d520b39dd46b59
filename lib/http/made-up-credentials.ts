import { isMadeUpApiKey } from '../domain/api-key.ts';
import { refuse, type Refusal } from '../domain/refusal.ts';
import type { Context } from '../context.ts';
import { afterFailure } from '../table/failures.ts';
import { computeMinute } from '../table/minute-counters.ts';
import { deadline } from '../process/timers.ts';
import { within } from '../process/within.ts';
import type { Vault } from '../process/vault.ts';

/** The treatment of a credential that was never issued (docs/decisions/0086-nonexistent-api-keys.md). */
export type MadeUpCredentials = {
  /**
   * True for an API key that is known to be made up, without a read. A container without a failure in this minute does
   * not check.
   */
  isKnown: (apiKey: string) => Promise<boolean>;
  /** Counts it against its source, and says how to refuse it. */
  refuse: () => Promise<Refusal>;
};

type GuardContext = Pick<Context<'UpdateItem'>, 'table' | 'request' | 'nowMs'> & Pick<Context, 'openVault'>;

/** The minute in which this container last met a credential that was made up. */
let lastFailure = -1;

export function madeUpCredentials(ctx: GuardContext): MadeUpCredentials {
  const minute = computeMinute(ctx.nowMs).number;
  return {
    async isKnown(apiKey) {
      if (lastFailure !== minute) return false;
      const mark = await markOfStage(ctx);
      return mark !== undefined && isMadeUpApiKey(apiKey, mark);
    },
    refuse() {
      lastFailure = minute;
      return afterFailure(ctx, 'credential', refuse('api_key_invalid'));
    },
  };
}

/** A call that could do without the data key does not wait longer for it. */
const OPENS_WITHIN_MS = 500;

/** Undefined while the data key cannot be opened: then a text is looked up, so that a key that exists is answered. */
async function markOfStage({ openVault }: GuardContext): Promise<Vault['mark'] | undefined> {
  return within(deadline(OPENS_WITHIN_MS), openVault()).then(
    ({ mark }) => mark,
    () => undefined,
  );
}
