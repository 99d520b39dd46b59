import { buildSigningInput, joinSignature, JWS_TYPES } from '../domain/compact-jws.ts';
import { required } from '../domain/invariant.ts';
import { buildKeySet, findSetFault, renewRing, type KeyRing } from '../domain/signing-keys.ts';
import { isoSeconds, timeAfter } from '../domain/time.ts';
import { buildAuthor } from '../context.ts';
import { done, retry, type Outcome } from '../dynamo/outcome.ts';
import { retrying } from '../dynamo/retrying.ts';
import type { Table } from '../dynamo/table.ts';
import { transact, type Write } from '../dynamo/transact.ts';
import type { EventType } from '../events/catalog.ts';
import { newKeyPair, type KeyPair } from '../process/ed25519.ts';
import { newId } from '../process/ids.ts';
import type { RootKeys } from '../process/root-keys.ts';
import type { SecretStore } from '../process/secrets.ts';
import { readSigningSecret, writeSigningSecret, type HeldKey } from '../process/signing-secret.ts';
import type { Actor } from '../table/journal.ts';
import { journalWrite } from '../table/journal.ts';
import { putKeySet, readStoredKeySet, type StoredKeySet } from '../table/key-set.ts';
import { PLATFORM } from '../table/keys.ts';

/** The context of the code that makes signing keys: the daily job, or an operator at the command line. */
export type KeySetContext = {
  requestId: string;
  actor: Actor;
  nowMs: number;
  table: (owner: string) => Table;
  roots: RootKeys;
  secret: SecretStore;
};

/** A change of the ring, and the entry that it leaves in the journal, if any. */
export type RingChange = { ring: KeyRing; event?: { type: EventType; after: Record<string, unknown> } };

/** Both places where the ring is kept. Of a lost or restored one the other knows better. */
export async function readRing({ table, secret }: Pick<KeySetContext, 'table' | 'secret'>) {
  const platform = table(PLATFORM);
  const [stored, held] = await Promise.all([readStoredKeySet(platform), readSigningSecret(secret, platform.signal)]);
  const ring: KeyRing = stored !== undefined && stored.version > held.version ? stored : withoutPrivate(held);
  return { stored, held, ring };
}

const withoutPrivate = ({ version, issued_at, keys, revoked }: KeyRing): KeyRing => ({
  version,
  issued_at,
  keys: keys.map(({ kid, x, use_from, use_until, published_at }) => ({ kid, x, use_from, use_until, published_at })),
  revoked,
});

/**
 * Changes the ring and publishes it under a new version. The table comes first, because it knows if another writer was
 * faster; then the secret, from which the functions sign. A run that dies in between is made up for by the next one.
 */
export function changeKeySet(
  ctx: KeySetContext,
  decide: (ring: KeyRing, nowS: number) => RingChange | undefined,
): Promise<KeyRing | undefined> {
  const table = ctx.table(PLATFORM);
  let isMade = false;
  return retrying(table, async (): Promise<Outcome<KeyRing | undefined>> => {
    const { stored, held, ring } = await readRing(ctx);
    // The clock of another machine may have been ahead.
    const nowS = Math.max(Math.floor(ctx.nowMs / 1000), ring.issued_at);
    const change = isMade ? { ring } : decide(ring, nowS);
    if (change === undefined) return done(undefined);
    const { ring: next, privates } = renewed(change.ring, held.keys, nowS);
    const jws = await signSet(ctx, next, table.signal);
    const put = journalled(ctx, { ...next, jws }, stored, change, nowS);
    const written = await transact(table, put);
    if (written.kind === 'retry') return retry();
    isMade = true;
    await writeSigningSecret(ctx.secret, { ...next, keys: withPrivates(next, privates, nowS) }, table.signal);
    // The secret does not tell if another writer was faster: a set that covered a newer one is published again.
    return (await readStoredKeySet(table))?.version === next.version ? done(next) : retry();
  });
}

function renewed(changed: KeyRing, held: readonly HeldKey[], nowS: number) {
  const privates = new Map(held.flatMap(({ kid, d }) => (d === undefined ? [] : [[kid, d] as const])));
  const make = (): Pick<KeyPair, 'kid' | 'x'> => {
    const { kid, x, d } = newKeyPair();
    privates.set(kid, d);
    return { kid, x };
  };
  const ring = renewRing(changed, nowS, { isHeld: (kid) => privates.has(kid), make });
  return { ring: { ...ring, version: changed.version + 1, issued_at: nowS }, privates };
}

/** A key that has ended signs nothing any more, so nothing is kept that could. */
const withPrivates = ({ keys }: KeyRing, privates: ReadonlyMap<string, string>, nowS: number): HeldKey[] =>
  keys.map((key) => {
    const d = key.use_until > nowS ? privates.get(key.kid) : undefined;
    return d === undefined ? key : { ...key, d };
  });

async function signSet({ roots }: KeySetContext, ring: KeyRing, signal: AbortSignal): Promise<string> {
  const root = required((await roots.list(signal))[0], 'there is no root key');
  const set = buildKeySet(ring);
  const input = buildSigningInput(JWS_TYPES.keySet, root.kid, set);
  const fault = findSetFault(set, input);
  if (fault !== undefined) throw new Error(fault);
  return joinSignature(input, await roots.sign(input, signal));
}

function journalled(
  ctx: KeySetContext,
  next: KeyRing & { jws: string },
  before: StoredKeySet | undefined,
  { event, ring }: RingChange,
  nowS: number,
): Write<ReturnType<typeof retry>>[] {
  const { id, seq, changed_at } = before ?? { id: newId(ctx.nowMs), seq: 0, changed_at: isoSeconds(0) };
  if (event === undefined) return [putKeySet({ ...next, id, seq, changed_at }, before, retry)];
  const entry = journalWrite(buildAuthor({ ...ctx, nowMs: nowS * 1000 }, PLATFORM, ctx.actor), {
    type: event.type,
    entity: { type: 'key_set', id },
    seq: seq + 1,
    notBefore: changed_at,
    before: null,
    after: { ...event.after, version: ring.version + 1 },
  });
  const now = timeAfter(changed_at, nowS * 1000);
  return [putKeySet({ ...next, id, seq: seq + 1, changed_at: now }, before, retry), entry];
}
