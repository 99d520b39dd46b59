import { nextVersion, seatsRemaining, type License } from '../domain/license.ts';
import { isRefusal, type Refusal, type RefusalCode } from '../domain/refusal.ts';
import { decideActivation, type Activation } from '../domain/seats.ts';
import { isoSeconds } from '../domain/time.ts';
import { authorOf, type Context } from '../context.ts';
import type { ActivateAnswer, ActivateInput } from '../http/routes/product.ts';
import { newActivationId } from '../table/activations.ts';
import { journalWrite } from '../table/journal.ts';
import { fieldsOf, putChangedLicense } from '../table/licenses.ts';
import type { Answer } from '../table/once.ts';
import { noteRefusedCall } from '../table/refused-calls.ts';
import { transact } from '../table/transact.ts';
import { changeSeat, type Decision, type SeatCall } from './seat-change.ts';

/** Takes a seat for an instance; the same instance again gets the activation it has. An instance that comes back gets the id it had. */
export async function activateLicense(ctx: Context, input: ActivateInput): Promise<Answer<ActivateAnswer> | Refusal> {
  const asked: { of?: { call: SeatCall; license: License } } = {};
  const outcome = await changeSeat<ActivateAnswer>(ctx, input, async (call, { license, activation: current }): Promise<Decision<ActivateAnswer>> => {
    asked.of = { call, license };
    const decided = decideActivation(license, current, call.instance, ctx.nowMs);
    if (isRefusal(decided)) {
      if (decided.refused === 'seat_limit_reached') await journalLimitReached(ctx, call, license);
      return decided;
    }
    if (decided.decision === 'already_active') {
      if (current === undefined) throw new Error('an instance without a record cannot be active already');
      return { answer: { body: answerOf(license, current) } };
    }
    const now = isoSeconds(ctx.nowMs);
    const activation: Activation = {
      id: current?.id ?? newActivationId(license.anchor, call.instance, ctx.nowMs),
      license_id: license.id,
      instance_identifier: call.instance.identifier,
      instance_type: call.instance.type,
      kind: call.instance.kind,
      status: 'active',
      takes_seat: decided.takes_seat,
      free_staging: decided.free_staging,
      activated_at: now,
      deactivated_at: null,
      last_checked_at: now,
      metadata: input.metadata,
    };
    return {
      license: decided.license,
      activation,
      event: 'license.activated',
      answer: (changed) => ({ created: true, body: answerOf(changed, activation) }),
    };
  });
  if (!isRefusal(outcome)) measureActivation(ctx, outcome, asked.of?.license);
  else if (asked.of) await noteForSupport(asked.of, outcome.refused);
  return outcome;
}

/** What was there already, or is told again, is no new activation. An unlimited license is never full. */
function measureActivation({ measure }: Context, { created, replayed, body }: Answer<ActivateAnswer>, license: License | undefined): void {
  if (created !== true || replayed === true) return;
  measure('activations');
  const limit = license?.seat_limit ?? null;
  if (limit !== null && limit > 0) measure('seat_saturation_percent', Math.round((100 * body.seats_used) / limit));
}

/** What a customer may ask support about. Other refusals are the plugin's to mend. */
const TOLD: ReadonlySet<RefusalCode> = new Set([
  'seat_limit_reached',
  'seat_moves_exhausted',
  'license_expired',
  'license_suspended',
  'license_cancelled',
]);

async function noteForSupport({ call, license }: { call: SeatCall; license: License }, code: RefusalCode): Promise<void> {
  const { table, brand, instance, nowMs } = call;
  if (TOLD.has(code)) await noteRefusedCall(table, { brand, license, instance, code, nowMs });
}

function answerOf(license: License, activation: Activation): ActivateAnswer {
  const { id, slug, name } = license.product;
  return {
    activation_id: activation.id,
    license_id: license.id,
    product: { id, slug, name },
    status: 'active',
    seats_used: license.seats_used,
    seats_remaining: seatsRemaining(license),
    activated_at: activation.activated_at,
  };
}

/** Tells the brand, at most once a day, that a license is too small. The refusal stands whether or not this can be written. */
async function journalLimitReached(ctx: Context, call: SeatCall, license: License): Promise<void> {
  const today = isoSeconds(ctx.nowMs).slice(0, 10);
  const { seat_limit, seats_used } = license;
  if (license.limit_reached_on === today || seat_limit === null) return;
  const changed = nextVersion({ ...license, limit_reached_on: today }, ctx.nowMs);
  const author = authorOf(ctx, call.brand, { type: 'license_key', id: call.licenseKeyId });
  await transact<'lost'>(call.table, [
    putChangedLicense(call.brand, changed, () => 'lost'),
    journalWrite(author, {
      type: 'license.seat_limit_reached',
      entity: { type: 'license', id: license.id },
      seq: changed.seq,
      notBefore: license.updated_at,
      before: null,
      after: { seat_limit, seats_used },
      license: fieldsOf(changed),
    }),
  ]).catch(() => 'lost');
}
