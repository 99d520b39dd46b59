import { hash } from 'node:crypto';
import { parseMs } from './time.ts';

/**
 * The claims of a proof, in the order in which they are signed. Times are Unix seconds unless their names end in `_at`.
 */
export type ProofClaims = {
  v: 1;
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

/** The fields of a call that a proof is bound to, as the caller sent them: no client has to copy our normalization. */
export type ProvenCall = {
  license_key: string;
  product?: string | undefined;
  brand?: string | undefined;
  instance_identifier?: string | undefined;
  instance_type?: string | undefined;
  nonce?: string | undefined;
};

/** The answer that a proof is about. `product` is the slug of its license's product, if there is a license. */
export type ProvenAnswer = {
  license: ProvenLicense | null;
  activation_id: string | null;
  verdict: ProofClaims['verdict'];
  next_check_at: string;
  /** Null where the answer is no. */
  stale_ok_until: string | null;
};
export type ProvenLicense = NonNullable<ProofClaims['license']> & { id: string; product: string; seq: number };

/** The first half of SHA-256, in base64url. */
const shortHash = (text: string): string => hash('sha256', text, 'buffer').subarray(0, 16).toString('base64url');

const hashInstance = ({ instance_type = 'url', instance_identifier }: ProvenCall): string | null =>
  instance_identifier === undefined ? null : shortHash(`${instance_type}\n${instance_identifier}`);

/** `brand` is the slug of the brand whose prefix the license key has; undefined if there is none. */
function computeAudience(call: ProvenCall, brand: string | undefined, license: ProvenLicense | null): string {
  const product = license?.product ?? call.product;
  const owner = brand ?? call.brand;
  if (owner !== undefined) return `${owner}/${product ?? ''}`;
  return product === undefined ? '' : `/${product}`;
}

const seconds = (iso: string): number => Math.floor(parseMs(iso) / 1000);

/** The claims about one answer. A yes can be relied on until it goes stale, a no until the next check. */
export function buildClaims(
  call: ProvenCall,
  { license, activation_id, verdict, next_check_at, stale_ok_until }: ProvenAnswer,
  { iss, brand, jti, nowMs }: { iss: string; brand: string | undefined; jti: string; nowMs: number },
): ProofClaims {
  const { may_run, may_update, code } = verdict;
  return {
    v: 1,
    iss,
    aud: computeAudience(call, brand, license),
    sub: license?.id ?? null,
    jti,
    iat: Math.floor(nowMs / 1000),
    exp: seconds(stale_ok_until ?? next_check_at),
    next: seconds(next_check_at),
    seq: license?.seq ?? 0,
    kh: shortHash(call.license_key),
    ih: hashInstance(call),
    act: activation_id,
    nonce: call.nonce ?? null,
    verdict: { may_run, may_update, code },
    license: license && { status: license.status, expires_at: license.expires_at, seat_limit: license.seat_limit },
  };
}
