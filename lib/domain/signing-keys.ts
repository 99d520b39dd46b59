import { DAY_S } from './time.ts';

/** The public half of a signing key, as the key set publishes it. Times are Unix seconds. */
export type PublishedKey = { kid: string; x: string; use_from: number; use_until: number };
export type KnownKey = PublishedKey & { published_at: number };
export type RevokedKey = { kid: string; use_until: number };

/** All signing keys of a stage, without their private halves. */
export type KeyRing = { version: number; issued_at: number; keys: readonly KnownKey[]; revoked: readonly RevokedKey[] };

export const LIVES_S = 90 * DAY_S;
/** The next key is made this long before the present one ends. */
export const NEXT_BEFORE_S = 14 * DAY_S;
/** Every client has seen a key that was published this long ago. */
export const SEEN_AFTER_S = 7 * DAY_S;
/** A proof may count this long after its key ended: `offline_days` is 90 at most. */
const KEPT_S = 90 * DAY_S;
const SET_COUNTS_S = 30 * DAY_S;

const MAX_KEYS = 12;
const MAX_REVOKED = 40;
/** KMS signs 4,096 bytes at most. */
const MAX_SIGNING_INPUT_BYTES = 3_900;

export const NO_KEYS: KeyRing = { version: 0, issued_at: 0, keys: [], revoked: [] };

/** The key to sign with now: the last one whose time has begun. */
export function findCurrentKey<K extends PublishedKey>(keys: readonly K[], nowS: number): K | undefined {
  return keys.filter(({ use_from, use_until }) => use_from <= nowS && nowS < use_until).at(-1);
}

const laterKeys = (keys: readonly KnownKey[], nowS: number): KnownKey[] =>
  keys.filter(({ use_from }) => use_from > nowS);
const pastKeys = (keys: readonly KnownKey[], nowS: number): KnownKey[] =>
  keys.filter(({ use_until }) => use_until <= nowS);

/** Gives keys that wait for their turn the times one after the other. */
function lineUp(keys: readonly KnownKey[], from: number): KnownKey[] {
  return keys.map((key, place) => ({
    ...key,
    use_from: from + place * LIVES_S,
    use_until: from + (place + 1) * LIVES_S,
  }));
}

/**
 * The ring with a current key, a standby, and the one after it when the current key ends soon. What is long past leaves
 * it. A key whose private half is lost is used no longer. `make` makes a key pair and returns its public half.
 */
export function renewRing(
  ring: KeyRing,
  nowS: number,
  { isHeld, make }: { isHeld: (kid: string) => boolean; make: () => { kid: string; x: string } },
): KeyRing {
  const held = ring.keys.flatMap((key) => {
    if (key.use_until <= nowS || isHeld(key.kid)) return [key];
    // Proofs that it signed still count; a lost key that waited has signed none.
    return key.use_from <= nowS ? [{ ...key, use_until: nowS }] : [];
  });
  const past = pastKeys(held, nowS).filter(({ use_until }) => use_until + KEPT_S > nowS);
  const present = findCurrentKey(held, nowS);
  const waiting = laterKeys(held, nowS);
  // Without a current key, the standby takes over at once.
  const line = present === undefined ? lineUp(waiting, nowS) : [present, ...lineUp(waiting, present.use_until)];
  const endsSoon = (line[0]?.use_until ?? nowS + LIVES_S) - nowS <= NEXT_BEFORE_S;
  while (line.length < (endsSoon ? 3 : 2)) {
    const use_from = line.at(-1)?.use_until ?? nowS;
    line.push({ ...make(), use_from, use_until: use_from + LIVES_S, published_at: nowS });
  }
  const revoked = ring.revoked.filter(({ use_until }) => use_until + KEPT_S > nowS);
  return { ...ring, keys: [...past, ...line], revoked };
}

/** The current key ends now, and the standby is used at once. */
export function rotateRing(ring: KeyRing, nowS: number): KeyRing {
  const keys = ring.keys.map((key) =>
    key.use_from <= nowS && nowS < key.use_until ? { ...key, use_until: nowS } : key,
  );
  return { ...ring, keys };
}

/** The key leaves the set; undefined if the ring has no such key. */
export function revokeInRing(ring: KeyRing, kid: string): KeyRing | undefined {
  const found = ring.keys.find((key) => key.kid === kid);
  if (found === undefined) return undefined;
  const { use_until } = found;
  return { ...ring, keys: ring.keys.filter((key) => key !== found), revoked: [...ring.revoked, { kid, use_until }] };
}

export type KeySet = {
  version: number;
  issued_at: number;
  expires: number;
  keys: PublishedKey[];
  revoked: string[];
};

/** The content of the key set that clients fetch. */
export function buildKeySet({ version, issued_at, keys, revoked }: KeyRing): KeySet {
  return {
    version,
    issued_at,
    expires: issued_at + SET_COUNTS_S,
    keys: keys.map(({ kid, x, use_from, use_until }) => ({ kid, x, use_from, use_until })),
    revoked: revoked.map(({ kid }) => kid),
  };
}

/** The reason why a set cannot be published, as a sentence; undefined if it can. */
export function findSetFault({ keys, revoked }: KeySet, signingInput: string): string | undefined {
  if (keys.length > MAX_KEYS)
    return `The key set would have ${keys.length} keys; ${MAX_KEYS} is the most. Wait until old ones have left it.`;
  if (revoked.length > MAX_REVOKED)
    return `The key set would name ${revoked.length} revoked keys; ${MAX_REVOKED} is the most.`;
  const bytes = Buffer.byteLength(signingInput);
  return bytes > MAX_SIGNING_INPUT_BYTES
    ? `The key set would have ${bytes} bytes to sign; ${MAX_SIGNING_INPUT_BYTES} is the most.`
    : undefined;
}
