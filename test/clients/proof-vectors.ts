import { createHash, createPrivateKey, sign as signBytes, type KeyObject } from 'node:crypto';
import type { Expected, OfferedPackage, TrustedKeys } from '../../clients/typescript/src/proof.ts';
import { buildSigningInput, computeKid, JWS_TYPES, signInput } from '../../lib/domain/compact-jws.ts';
import { buildClaims, type ProofClaims, type ProvenAnswer, type ProvenCall } from '../../lib/domain/proof.ts';
import { buildKeySet, LIVES_S, type KeyRing } from '../../lib/domain/signing-keys.ts';

type Pair = { kid: string; x: string; key: KeyObject };

/** The beginning of an Ed25519 key in PKCS #8 (RFC 8410); the seed follows. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The key pair that follows from a name, so that the vectors never change by themselves. */
function pairNamed(name: string): Pair {
  const seed = createHash('sha256').update(`golden vectors: ${name}`).digest();
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
  const { x = '' } = key.export({ format: 'jwk' });
  return { kid: computeKid(x), x, key };
}

const [root, spare, stranger] = ['root', 'spare', 'stranger'].map(pairNamed) as [Pair, Pair, Pair];
const [current, standby, revoked, unknown] = ['current', 'standby', 'revoked', 'unknown'].map(pairNamed) as [
  Pair,
  Pair,
  Pair,
  Pair,
];

const AT = '2027-01-15T12:00:00Z';
const now = Date.parse(AT) / 1000;
const published = ({ kid, x }: Pair, use_from: number) => ({
  kid,
  x,
  use_from,
  use_until: use_from + LIVES_S,
  published_at: now,
});
const ring: KeyRing = {
  version: 7,
  issued_at: now - 600,
  keys: [published(current, now - 1_000), published(standby, now - 1_000 + LIVES_S)],
  revoked: [{ kid: revoked.kid, use_until: now }],
};
const set: TrustedKeys = buildKeySet(ring);

const call: ProvenCall = {
  license_key: ' WPR-696T-DYRJ-E633-NVCK',
  product: 'wp-rocket',
  instance_identifier: 'https://ann.example/blög ',
  nonce: 'Zm9v-bar_1',
};
const license = {
  id: '01a21fa5-0000-7000-8000-000000000001',
  product: 'wp-rocket',
  seq: 5,
  status: 'valid',
  expires_at: '2027-11-28T00:54:44Z',
  seat_limit: 2,
};
const yes: ProvenAnswer = {
  license,
  activation_id: '01a21fa5-0000-7000-8000-000000000002',
  verdict: { may_run: true, may_update: true, code: 'valid' },
  next_check_at: '2027-01-15T21:11:05Z',
  stale_ok_until: '2027-01-29T12:00:00Z',
};
const no: ProvenAnswer = {
  license: null,
  activation_id: null,
  verdict: { may_run: false, may_update: false, code: 'license_key_not_found' },
  next_check_at: '2027-01-16T12:00:00Z',
  stale_ok_until: null,
};
const issued = {
  iss: 'https://licenses.example.com',
  brand: 'wp-rocket',
  jti: '01a21fa5-0000-7000-8000-000000000003',
  nowMs: now * 1000,
};

const claims = (changes: Partial<ProofClaims> = {}): ProofClaims => ({ ...buildClaims(call, yes, issued), ...changes });
const sign = (payload: object, by: Pair = current, typ: 'proof' | 'keySet' = 'proof'): string =>
  signInput(buildSigningInput(JWS_TYPES[typ], by.kid, payload), by.key);

const encode = (text: string): string => Buffer.from(text).toString('base64url');
/** A text with any header and payload, signed all the same. */
const signText = (header: string, payload: string): string =>
  signInput(`${encode(header)}.${encode(payload)}`, current.key);

const header = JSON.stringify({ alg: 'EdDSA', kid: current.kid, typ: JWS_TYPES.proof });
const payload = JSON.stringify(claims());
const good = sign(claims());
const [h = '', p = '', s = ''] = good.split('.');

const expected: Expected = {
  iss: issued.iss,
  aud: 'wp-rocket/wp-rocket',
  license_key: call.license_key,
  instance_identifier: String(call.instance_identifier),
  seq: 5,
  now,
};
const withNonce: Expected = { ...expected, nonce: 'Zm9v-bar_1' };
const { instance_identifier: _site, ...noInstance } = expected;

type Vector = { name: string; proof: string; expected: Expected; result: string };
const vector = (name: string, result: string, proof: string, asked: Expected = expected): Vector => ({
  name,
  proof,
  expected: asked,
  result,
});

const accepted: Vector[] = [
  vector('a yes', 'ok', good),
  vector('a yes with a nonce', 'ok', good, withNonce),
  vector('a yes by the standby key', 'ok', sign(claims(), standby)),
  vector('a higher seq than the one that is held', 'ok', sign(claims({ seq: 6 }))),
  vector('the last second before its end', 'ok', good, { ...expected, now: claims().exp - 1 }),
  vector('an iat one day ahead', 'ok', sign(claims({ iat: now + 86_400 }))),
  vector(
    'a no about an unknown key',
    'ok',
    sign(buildClaims({ license_key: call.license_key, product: 'wp-rocket' }, no, issued)),
    { ...noInstance, seq: 0 },
  ),
  vector(
    'a machine id',
    'ok',
    sign(buildClaims({ ...call, instance_type: 'machine_id', instance_identifier: 'MACHINE 1' }, yes, issued)),
    { ...expected, instance_type: 'machine_id', instance_identifier: 'MACHINE 1' },
  ),
];

const refusedByHeader: Vector[] = [
  vector('alg none', 'header', signText(header.replace('EdDSA', 'none'), payload)),
  vector('alg HS256', 'header', signText(header.replace('EdDSA', 'HS256'), payload)),
  vector('a header with one member more', 'header', signText(header.replace('{', '{"crit":[],'), payload)),
  vector(
    'a header in another order',
    'header',
    signText(`{"kid":"${current.kid}","alg":"EdDSA","typ":"license-proof+jwt"}`, payload),
  ),
  vector('a header without kid', 'header', signText('{"alg":"EdDSA","typ":"license-proof+jwt"}', payload)),
  vector('a header with a blank', 'json', signText(header.replace(',', ', '), payload)),
  vector('a header with alg twice', 'json', signText(header.replace('{', '{"alg":"none",'), payload)),
  vector('the type of a key set', 'header', sign(claims(), current, 'keySet')),
  vector('an unknown kid', 'unknown_kid', sign(claims(), unknown)),
  vector('a revoked kid', 'revoked_kid', sign(claims(), revoked)),
];

const refusedByContent: Vector[] = [
  vector('another stage', 'iss', sign(claims({ iss: 'https://staging.example.com' }))),
  vector('another brand', 'aud', sign(claims({ aud: 'rankmath/wp-rocket' }))),
  vector('another product', 'aud', sign(claims({ aud: 'wp-rocket/imagify' }))),
  vector('another license key', 'kh', good, { ...expected, license_key: 'WPR-696T-DYRJ-E633-NVCK' }),
  vector('another site', 'ih', good, { ...expected, instance_identifier: 'https://bob.example' }),
  vector('another type of instance', 'ih', good, { ...expected, instance_type: 'hostname' }),
  vector('no instance where one was sent', 'ih', good, noInstance),
  vector('an earlier answer under a new nonce', 'nonce', good, { ...expected, nonce: 'another' }),
  vector('the second of its end', 'exp', good, { ...expected, now: claims().exp }),
  vector('an iat more than a day ahead', 'iat', sign(claims({ iat: now + 86_401 }))),
  vector('a lower seq than the one that is held', 'seq', good, { ...expected, seq: 6 }),
  vector('another version', 'v', sign({ ...claims(), v: 2 })),
  vector('a member twice', 'json', signText(header, payload.replace('{', '{"seq":9,'))),
  vector(
    'a member of the verdict twice',
    'json',
    signText(header, payload.replace('"may_run":true', '"may_run":false,"may_run":true')),
  ),
  vector('a payload that is a list', 'json', signText(header, '[]')),
];

const refusedByForm: Vector[] = [
  vector('an empty text', 'malformed', ''),
  vector('two parts', 'malformed', `${h}.${p}`),
  vector('four parts', 'malformed', `${good}.${s}`),
  vector('no signature', 'malformed', `${h}.${p}.`),
  vector('a padded signature', 'malformed', `${h}.${p}.${s}==`),
  vector('half a signature', 'signature', `${h}.${p}.${s.slice(0, 43)}`),
  vector('the signature of another proof', 'signature', `${h}.${p}.${sign(claims({ seq: 6 })).split('.')[2] ?? ''}`),
];

type SetVector = { name: string; key_set: string; held_version: number; now: number; result: string };
const setVector = (name: string, result: string, key_set: string, more: Partial<SetVector> = {}): SetVector => ({
  name,
  key_set,
  held_version: 7,
  now,
  result,
  ...more,
});
const goodSet = sign(set, root, 'keySet');

const keySets: SetVector[] = [
  setVector('a set by the root', 'ok', goodSet),
  setVector('a set by the spare root', 'ok', sign(set, spare, 'keySet')),
  setVector('a newer set', 'ok', goodSet, { held_version: 6 }),
  setVector('a set by nobody’s root', 'unknown_kid', sign(set, stranger, 'keySet')),
  setVector('a set by a signing key', 'unknown_kid', sign(set, current, 'keySet')),
  setVector('a lower version', 'version', goodSet, { held_version: 8 }),
  setVector('a set that has ended', 'key_set_expired', goodSet, { now: set.expires }),
  setVector('the type of a proof', 'header', sign(set, root, 'proof')),
];

const FILE = 'PK: the bytes of a package';
const signPackage = (offer: Omit<OfferedPackage, 'signature' | 'kid'>, by: Pair): OfferedPackage => {
  const { brand, product, version, sha256, size } = offer;
  const text = Buffer.from(`license-package-v1\n${brand}/${product}/${version}/${sha256}/${String(size)}`);
  return { ...offer, signature: signBytes(null, text, by.key).toString('base64url'), kid: by.kid };
};
const offer = {
  brand: 'wp-rocket',
  product: 'imagify',
  version: '3.17.1',
  sha256: createHash('sha256').update(FILE).digest('hex'),
  size: FILE.length,
};
const offered = signPackage(offer, current);

type PackageVector = { name: string; file: string; offered: OfferedPackage; result: string };
const packageVector = (name: string, result: string, changes: Partial<OfferedPackage>, file = FILE): PackageVector => ({
  name,
  file,
  offered: { ...offered, ...changes },
  result,
});
const packages: PackageVector[] = [
  packageVector('a package', 'ok', {}),
  packageVector('a package by the standby key', 'ok', signPackage(offer, standby)),
  packageVector('the package of another brand', 'signature', { brand: 'rankmath' }),
  packageVector('the package of another product', 'signature', { product: 'wp-rocket' }),
  packageVector('an older version under a new number', 'signature', { version: '3.17.2' }),
  packageVector('another size', 'signature', { size: FILE.length + 1 }),
  packageVector('another hash', 'signature', { sha256: 'a'.repeat(64) }),
  packageVector('another file of the same size', 'sha256', {}, FILE.replace('bytes', 'bites')),
  packageVector('a file that goes on', 'size', {}, `${FILE}!`),
  packageVector('an unknown kid', 'unknown_kid', signPackage(offer, unknown)),
  packageVector('a revoked kid', 'revoked_kid', signPackage(offer, revoked)),
  packageVector('no signature', 'unsigned', { signature: null, kid: null }),
];

/** Everything that a verifier in any language is tested on. */
export const proofVectors = {
  about:
    'Golden vectors of proofs, key sets and packages. Each result is ok or the reason of the refusal. Every single' +
    ' byte of a good proof or key set, changed, is refused too. The keys are made for these vectors and sign nothing' +
    ' else.',
  roots: [root, spare].map(({ kid, x }) => ({ kid, x })),
  key_set: goodSet,
  key_sets: keySets,
  proofs: [...accepted, ...refusedByHeader, ...refusedByContent, ...refusedByForm],
  packages,
};
