import { buildSigningInput, JWS_TYPES, signInput } from '../domain/compact-jws.ts';
import type { Freshness } from '../domain/freshness.ts';
import { required } from '../domain/invariant.ts';
import { computeStatus } from '../domain/license.ts';
import { parseLicenseKey } from '../domain/license-key.ts';
import { buildClaims, type ProvenAnswer, type ProvenCall } from '../domain/proof.ts';
import type { Refusal, RefusalCode } from '../domain/refusal.ts';
import type { Context } from '../context.ts';
import { makeOnce } from '../process/make-once.ts';
import { findOwnSigner } from '../process/own-signer.ts';
import { randomUuid } from '../process/random.ts';
import { rememberBrandNames } from '../table/brand-names.ts';
import { afterFailure } from '../table/failures.ts';
import type { Seat } from '../table/product-call.ts';

/** The refusals that say something about the license, so that a forged one must not pass for one of ours. */
const PROVEN: ReadonlySet<RefusalCode> = new Set([
  'license_key_not_found',
  'license_key_replaced',
  'product_not_on_key',
  'activation_not_found',
  'license_cancelled',
  'license_suspended',
  'license_expired',
  'seat_limit_reached',
  'seat_moves_exhausted',
]);

/** One answer about one license, or about none. */
type Provable = Pick<ProvenAnswer, 'verdict' | 'next_check_at' | 'stale_ok_until'> & { seat: Seat | undefined };

// Only a container that signs proofs fills it.
const brandNames = makeOnce(rememberBrandNames);

/**
 * Proofs of answers, in their order; all are null, and a header says so, when no key can be had. The answers go out in
 * any case.
 */
async function signProofs(ctx: Context, call: ProvenCall, answers: readonly Provable[]): Promise<(string | null)[]> {
  const signing = await openSigning(ctx, call).catch(() => undefined);
  if (signing === undefined) {
    ctx.headers['license-proof'] = 'unavailable';
    return answers.map(() => null);
  }
  const { key, iss, brand } = signing;
  return answers.map(({ seat, ...answer }) => {
    const proven = { ...answer, ...describeSeat(seat, ctx.nowMs) };
    const claims = buildClaims(call, proven, { iss, brand, jti: randomUuid(), nowMs: ctx.nowMs });
    return signInput(buildSigningInput(JWS_TYPES.proof, key.kid, claims), key.key);
  });
}

/** The key, and the slug of the brand that the license key names by its prefix. */
async function openSigning(ctx: Context, { license_key }: ProvenCall) {
  const prefix = parseLicenseKey(license_key)?.prefix;
  const opened = required(findOwnSigner(), 'each function that answers sites signs proofs');
  // A license key without a prefix is nobody's: no owner is named, and nothing is read.
  const table = ctx.table(...(prefix === undefined ? [] : [prefix]));
  const [key, brand] = await Promise.all([
    opened.signer(ctx.nowMs, table.signal),
    prefix === undefined ? undefined : brandNames()(() => table).slugOf(prefix),
  ]);
  return key && { key, brand, iss: opened.baseUrl };
}

function describeSeat(seat: Seat | undefined, nowMs: number): Pick<ProvenAnswer, 'license' | 'activation_id'> {
  if (seat === undefined) return { license: null, activation_id: null };
  const { license, activation } = seat;
  const { id, seq, expires_at, seat_limit, product } = license;
  return {
    license: { id, seq, product: product.slug, status: computeStatus(license, nowMs), expires_at, seat_limit },
    activation_id: activation?.status === 'active' ? activation.id : null,
  };
}

/** The complements of answers about the licenses that were found, each with its proof. */
export async function proveComplements<C extends Freshness>(
  ctx: Context,
  call: ProvenCall,
  complements: readonly C[],
  verdictOn: (seat: Seat | undefined) => ProvenAnswer['verdict'],
): Promise<(C & { proof: string | null })[]> {
  const answers = complements.map(({ next_check_at, stale_ok_until }, i) => {
    const seat = ctx.found?.seats[i];
    return { seat, verdict: verdictOn(seat), next_check_at, stale_ok_until };
  });
  const proofs = await signProofs(ctx, call, answers);
  return complements.map((complement, i) => ({ ...complement, proof: proofs[i] ?? null }));
}

/** A refusal with its freshness, and with its proof if it says something about the license. */
export async function completeProvenRefusal(
  ctx: Context,
  call: ProvenCall,
  refusal: Refusal,
  complete: (refusal: Refusal) => Refusal,
): Promise<Refusal> {
  const counted = isUncounted(call, refusal.code) ? await afterFailure(ctx, 'license_key', refusal) : refusal;
  const completed = complete(counted);
  const isAboutSeveral = counted.code === 'product_required';
  if (!isAboutSeveral && !PROVEN.has(counted.code)) return completed;
  const proof = isAboutSeveral ? null : await signRefusal(ctx, call, completed);
  const more: object = { proof };
  return { ...completed, facts: { ...completed.facts, ...more } } as Refusal;
}

async function signRefusal(ctx: Context, call: ProvenCall, { code, facts }: Refusal): Promise<string | null> {
  const { next_check_at } = facts as unknown as Freshness;
  const verdict = { may_run: false, may_update: false, code };
  const seat = ctx.found?.seats[0];
  const [proof] = await signProofs(ctx, call, [{ seat, verdict, next_check_at, stale_ok_until: null }]);
  return required(proof, 'each answer has a proof, or null');
}

/**
 * True for a text that no key can have. Its look-up reads nothing and is not counted, but its signature has to be.
 */
const isUncounted = ({ license_key }: ProvenCall, code: RefusalCode): boolean =>
  code === 'license_key_not_found' && parseLicenseKey(license_key) === undefined;
