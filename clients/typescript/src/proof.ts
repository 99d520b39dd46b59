// Verifies proofs of the license service with WebCrypto alone: in Node, browsers and workers. It imports nothing, so
// that it can be copied by itself.

/** A public key, as the key set has it. */
export type VerifyingKey = { kid: string; x: string };
export type TrustedKeys = {
  version: number;
  issued_at: number;
  expires: number;
  keys: (VerifyingKey & { use_from: number; use_until: number })[];
  revoked: string[];
};

/** The facts that a site knows itself: what it sent, which service it asked, and what it holds of an earlier answer. */
export type Expected = {
  iss: string;
  aud: string;
  license_key: string;
  instance_type?: 'url' | 'hostname' | 'machine_id';
  instance_identifier?: string;
  nonce?: string;
  /** The `seq` of the proof that it holds for this license; 0 if it holds none. */
  seq: number;
  now: number;
};

export type Claims = {
  v: number;
  iss: string;
  aud: string;
  sub: string | null;
  jti: string;
  iat: number;
  exp: number;
  next: number;
  seq: number;
  kh: string;
  ih: string | null;
  act: string | null;
  nonce: string | null;
  verdict: { may_run: boolean | null; may_update: boolean; code: string };
  license: { status: string; expires_at: string | null; seat_limit: number | null } | null;
};

/** Why a text is refused. On `unknown_kid`, fetch the key set again, at most once an hour. */
export class ProofRefused extends Error {
  override readonly name = 'ProofRefused';
  readonly reason: string;
  constructor(reason: string) {
    super(`the proof is refused: ${reason}`);
    this.reason = reason;
  }
}

const MOST_AHEAD_S = 86_400;
const SIGNATURE_BYTES = 64;

function assert(holds: boolean, reason: string): asserts holds {
  if (!holds) throw new ProofRefused(reason);
}

const encode = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

/** Only the one spelling that the encoder writes: else the last character could be changed unnoticed. */
function decode(part: string): Uint8Array<ArrayBuffer> {
  let text: string;
  try {
    text = atob(part.replaceAll('-', '+').replaceAll('_', '/'));
  } catch {
    throw new ProofRefused('malformed');
  }
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  assert(encode(bytes) === part, 'malformed');
  return bytes;
}

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

async function shortHash(text: string): Promise<string> {
  return encode(new Uint8Array(await crypto.subtle.digest('SHA-256', utf8(text))).subarray(0, 16));
}

/** The service writes JSON without blanks. A text that differs when it is written again may have a member twice. */
function parse(bytes: Uint8Array): Record<string, unknown> {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ProofRefused('json');
  }
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  assert(isObject && JSON.stringify(value) === text, 'json');
  return value as Record<string, unknown>;
}

/** Returns the payload of a text that one of these keys has signed. */
async function open(text: string, typ: string, keys: readonly VerifyingKey[], revoked: readonly string[]) {
  const [header = '', payload = '', signature = '', ...more] = text.split('.');
  assert(more.length === 0 && payload !== '' && signature !== '', 'malformed');
  const { kid } = parse(decode(header));
  // The whole header follows from the kid, so no other algorithm and no other member is ever looked at.
  const rebuilt = encode(utf8(JSON.stringify({ alg: 'EdDSA', kid, typ })));
  assert(typeof kid === 'string' && rebuilt === header, 'header');
  assert(!revoked.includes(kid), 'revoked_kid');
  await assertSigned(`${header}.${payload}`, signature, kid, keys);
  return parse(decode(payload));
}

async function assertSigned(
  text: string,
  signature: string,
  kid: string,
  keys: readonly VerifyingKey[],
): Promise<void> {
  const key = keys.find((candidate) => candidate.kid === kid);
  assert(key !== undefined, 'unknown_kid');
  const publicKey = await crypto.subtle.importKey('raw', decode(key.x), { name: 'Ed25519' }, false, ['verify']);
  const bytes = decode(signature);
  // Some runtimes throw instead of saying no when the length is wrong.
  const isSigned =
    bytes.length === SIGNATURE_BYTES && (await crypto.subtle.verify({ name: 'Ed25519' }, publicKey, bytes, utf8(text)));
  assert(isSigned, 'signature');
}

/** The id of a key follows from it (RFC 7638). */
const kidOf = (x: string): Promise<string> => shortHash(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`);

/**
 * Reads the text of `/.well-known/license-keys`. `roots` are the pinned public keys, in base64url; `version` is that of
 * the set that is held; 0 if none is.
 */
export async function readTrustedKeys(
  text: string,
  { roots, version, now }: { roots: readonly string[]; version: number; now: number },
): Promise<TrustedKeys> {
  const pinned = await Promise.all(roots.map(async (x) => ({ kid: await kidOf(x), x })));
  const set = (await open(text.trim(), 'license-keys+jwt', pinned, [])) as TrustedKeys;
  assert(set.version >= version, 'version');
  assert(set.expires > now, 'key_set_expired');
  return set;
}

/** Returns the claims of a proof that answers this very question, or throws `ProofRefused`. */
export async function verifyProof(proof: string, { keys, revoked }: TrustedKeys, expected: Expected): Promise<Claims> {
  const claims = (await open(proof, 'license-proof+jwt', keys, revoked)) as Claims;
  const { instance_type = 'url', instance_identifier, nonce } = expected;
  const ih = instance_identifier === undefined ? null : await shortHash(`${instance_type}\n${instance_identifier}`);
  assert(claims.v === 1, 'v');
  assert(claims.iss === expected.iss, 'iss');
  assert(claims.aud === expected.aud, 'aud');
  assert(claims.kh === (await shortHash(expected.license_key)), 'kh');
  assert(claims.ih === ih, 'ih');
  assert(nonce === undefined || claims.nonce === nonce, 'nonce');
  assert(claims.exp > expected.now, 'exp');
  assert(claims.iat <= expected.now + MOST_AHEAD_S, 'iat');
  assert(claims.seq >= expected.seq, 'seq');
  return claims;
}

/** A package as the service offers it, with the slugs of the brand and the product that the site asked for. */
export type OfferedPackage = {
  brand: string;
  product: string;
  version: string;
  sha256: string;
  size: number;
  signature: string | null;
  kid: string | null;
};

/** Returns if this very file was published by the brand, or throws `ProofRefused`. Verify before you unpack it. */
export async function verifyPackage(
  file: Uint8Array<ArrayBuffer>,
  offered: OfferedPackage,
  { keys, revoked }: TrustedKeys,
): Promise<void> {
  const { brand, product, version, sha256, size, signature, kid } = offered;
  assert(signature !== null && kid !== null, 'unsigned');
  assert(!revoked.includes(kid), 'revoked_kid');
  const text = `license-package-v1\n${brand}/${product}/${version}/${sha256}/${String(size)}`;
  await assertSigned(text, signature, kid, keys);
  assert(file.length === size, 'size');
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', file));
  assert(Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('') === sha256, 'sha256');
}
