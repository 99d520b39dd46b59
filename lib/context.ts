import type { Credential } from './domain/credential.ts';
import type { Measure, Metrics } from './process/figures.ts';
import type { Log } from './process/logger.ts';
import type { Brand } from './table/brands.ts';
import type { Actor, Author } from './table/journal.ts';
import type { LiveKey } from './table/live-key.ts';
import type { Table } from './dynamo/table.ts';
import type { Operations, Wire } from './dynamo/wire.ts';
import type { Vault } from './process/vault.ts';

/** What a container holds for all of its requests. */
export type Runtime<O extends keyof Operations = keyof Operations> = {
  stage: string;
  tableName: string;
  wire: Wire<O>;
  logger: Log;
  metrics: Metrics;
  now: () => number;
  /** Opens the data key, once for all calls; rejects with `Unavailable` when `signal` ends first, and in a function that has none. */
  vault: (signal: AbortSignal) => Promise<Vault>;
};

/** A request that wants its effect once, as it came in; `Once` in `table/once.ts` is made of it. */
export type IdempotentRequest = { idempotencyKey: string; requestHash: string };

/** What every verb gets beside its input. */
export type Context<O extends keyof Operations = keyof Operations> = {
  stage: string;
  requestId: string;
  request: { method: string; path: string; sourceIp: string };
  nowMs: number;
  measure: Measure;
  /** The table as the owners named may see it. */
  table: (...owners: string[]) => Table<O>;
  /** Open before the verb runs where the route needs it for this call. */
  vault: Vault;
  /** Opens the data key within the call's deadline, for what only some calls of a route need. `vault` is it from then on. */
  openVault: () => Promise<Vault>;
  once: IdempotentRequest | undefined;
  /** The header `If-Match`, as it came (RFC 9110 §13.1.1). */
  ifMatch: string | undefined;
};

/** The context of a call about what brands and the platform team both have, such as API keys. `table` sees what is the owner's and nothing else. */
export type OwnerContext = Omit<Context, 'table'> & {
  owner: string;
  credential: Credential;
  liveKey: LiveKey | undefined;
  actor: Actor;
  table: Table;
};

/** The context of a call for one brand, by the brand itself or by the platform team: `table` sees this brand and nothing else. */
export type BrandContext = OwnerContext & { brand: Brand };

/** Opens the part of the table that is a brand's, whichever, to read. */
export type OpenBrand = (prefix: string) => Table<'BatchGetItem' | 'Query'>;

/** The context of a brand's call that may ask for all brands: a table of another brand is opened by `everyBrand` alone, which is there for a credential with the scope. */
export type AcrossContext = BrandContext & { everyBrand: OpenBrand | undefined };

/** The context of a call by the platform team. */
export type PlatformContext = Context & { credential: Credential; liveKey: LiveKey | undefined };

/** The key that a credential, an endpoint or a secret is made with, which must be good still when it is committed. */
export function liveKeyOf({ liveKey }: Pick<OwnerContext, 'liveKey'>): LiveKey {
  if (liveKey === undefined) throw new Error('the caller’s API key was not read: see `access` in the route table');
  return liveKey;
}

export function authorOf(ctx: Pick<Context, 'requestId' | 'nowMs'>, brand: string, actor: Actor): Author {
  return { brand, actor, requestId: ctx.requestId, nowMs: ctx.nowMs };
}

/** The author of what a call for one brand, or of the platform team for itself, changes. */
export function brandAuthor(ctx: OwnerContext): Author {
  return authorOf(ctx, ctx.owner, ctx.actor);
}
