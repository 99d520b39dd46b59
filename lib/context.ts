import type { Credential } from './domain/credential.ts';
import { assertThat } from './domain/invariant.ts';
import type { Measure, Metrics } from './process/figures.ts';
import type { Log } from './process/logger.ts';
import type { Brand } from './table/brands.ts';
import type { Actor, Author } from './table/journal.ts';
import type { LiveKey } from './table/live-key.ts';
import type { Found } from './table/product-call.ts';
import type { Table } from './dynamo/table.ts';
import type { Operations, Wire } from './dynamo/wire.ts';
import type { Vault } from './process/vault.ts';

/** The parts of a container that all of its requests share. */
export type Runtime = {
  stage: string;
  tableName: string;
  wire: Wire;
  logger: Log;
  metrics: Metrics;
  now: () => number;
  /**
   * Opens the data key, once for all calls; rejects with `Unavailable` when `signal` aborts first, and in a function
   * without a data key.
   */
  vault: (signal: AbortSignal) => Promise<Vault>;
};

/** An idempotent request as it came in; `Once` in `table/once.ts` is made from it. */
export type IdempotentRequest = { idempotencyKey: string; requestHash: string };

/** The context that every verb gets beside its input. */
export type Context<O extends keyof Operations = keyof Operations> = {
  stage: string;
  requestId: string;
  /** `baseUrl` is the address by which the caller reached the service: links lead back there. */
  request: { method: string; path: string; sourceIp: string; baseUrl: string };
  nowMs: number;
  measure: Measure;
  /** The table as the named owners may see it. */
  table: (...owners: string[]) => Table<O>;
  /** Open before the verb runs if the route needs it for this call. */
  vault: Vault;
  /** Opens the data key within the call's deadline, for routes that need it only in some calls. Then sets `vault`. */
  openVault: () => Promise<Vault>;
  once: IdempotentRequest | undefined;
  /** The header `If-Match`, as it came (RFC 9110 §13.1.1). */
  ifMatch: string | undefined;
  /** A product route's findings so far, from which its answer is completed (`http/site-binding.ts`). */
  found: Found | undefined;
  /** Headers that the answer to this call gets besides. */
  headers: Record<string, string>;
};

/**
 * The context of a call about things that brands and the platform team both have, such as API keys. `table` sees only
 * the owner's items.
 */
export type OwnerContext = Omit<Context, 'table'> & {
  owner: string;
  credential: Credential;
  liveKey: LiveKey | undefined;
  actor: Actor;
  /** The reason of a person, for changes whose input has none of its own. */
  reason?: string | undefined;
  table: Table;
};

/** The context of a call for one brand, by the brand itself or by the platform team: `table` sees only this brand. */
export type BrandContext = OwnerContext & { brand: Brand };

/** Opens any brand's part of the table for reading. */
export type OpenBrand = (prefix: string) => Table<'BatchGetItem' | 'Query'>;

/**
 * The context of a brand's call that may ask for all brands. Only `everyBrand` opens another brand's table; it is set
 * if the credential has the scope.
 */
export type AcrossContext = BrandContext & { everyBrand: OpenBrand | undefined };

/** The context of a call by the platform team: by one of its keys, or by a person who gives a reason. */
export type PlatformContext = Context & {
  credential: Credential;
  liveKey: LiveKey | undefined;
  actor: Actor;
  reason?: string | undefined;
};

/**
 * The key that creates a credential, an endpoint or a secret. It must still be valid at the commit. A person has none:
 * the session was read when the call came in.
 */
export function findLiveKey({ liveKey, actor }: Pick<OwnerContext, 'liveKey' | 'actor'>): LiveKey | undefined {
  assertThat(
    liveKey !== undefined || actor.type === 'person',
    'the caller’s API key was not read: see `access` in the route table',
  );
  return liveKey;
}

/** The author of a change by the platform team, of a brand or of its own things. */
export const buildPlatformAuthor = (ctx: PlatformContext, owner: string): Author => ({
  ...buildAuthor(ctx, owner, ctx.actor),
  reason: ctx.reason,
});

export function buildAuthor(ctx: Pick<Context, 'requestId' | 'nowMs'>, brand: string, actor: Actor): Author {
  return { brand, actor, requestId: ctx.requestId, nowMs: ctx.nowMs };
}

/** The author of a change, made in a call for one brand or by the platform team for itself. */
export function buildBrandAuthor(ctx: OwnerContext): Author {
  return { ...buildAuthor(ctx, ctx.owner, ctx.actor), reason: ctx.reason };
}
