import { classifyInstance, type InstanceKind } from '../domain/instance-kind.ts';
import type { ParsedInstance } from '../domain/instance.ts';
import type { License } from '../domain/license.ts';
import { nextVersion } from '../domain/next-version.ts';
import { isRefusal, type Refusal } from '../domain/refusal.ts';
import { computeActivationTime, decideActivation, type Activation } from '../domain/seats.ts';
import { isoSeconds } from '../domain/time.ts';
import { buildAuthor, type Context } from '../context.ts';
import type { ActivateAnswer } from '../api/activate.ts';
import type { ActivateInput } from '../api/activate-endpoint.ts';
import { newActivationId } from '../table/activations.ts';
import { journalWrite } from '../table/journal.ts';
import { pickLicenseFields, putChangedLicense } from '../table/licenses.ts';
import type { Answer } from '../table/once.ts';
import { retry } from '../dynamo/outcome.ts';
import { transact } from '../dynamo/transact.ts';
import { activatedView } from '../views/activation-view.ts';
import { changeSeat, type SeatCall, type SeatDecision } from './seat-change.ts';

/** The license that a call found or changed, and what its instance is to it. */
export type SeatSeen = { license: License; activation: Activation | undefined; kind: InstanceKind };

/** Of a route that speaks another vendor's protocol: what its site declares, and who is shown the license. */
type ActivateOptions = { declaredKind?: InstanceKind | undefined; onSeat?: (seat: SeatSeen) => void };

/**
 * Activates a license on an instance. An instance that is active already gets its activation, and one that comes back
 * gets the id it had.
 */
export async function activateLicense(
  ctx: Context,
  input: ActivateInput,
  { declaredKind, onSeat }: ActivateOptions = {},
): Promise<Answer<ActivateAnswer> | Refusal> {
  let seatLimit: number | null = null;
  const outcome = await changeSeat<ActivateAnswer>(
    ctx,
    input,
    async (call, { license, activation: current }): Promise<SeatDecision<ActivateAnswer>> => {
      seatLimit = license.seat_limit;
      const { instance } = call;
      if (instance === undefined) throw new Error('a seat cannot be taken for no instance');
      const found = classifyInstance(instance);
      const kind = found === 'production' ? (declaredKind ?? found) : found;
      onSeat?.({ license, activation: current, kind });
      const decided = decideActivation(license, current, { kind }, ctx.nowMs);
      switch (decided.kind) {
        case 'refused':
          if (decided.code === 'seat_limit_reached') await journalLimitReached(ctx, call, license);
          return decided;
        case 'already_active':
          if (current === undefined) throw new Error('an instance without a record cannot be active already');
          return { kind: 'unchanged', answer: { body: activatedView(license, current) } };
        case 'taken': {
          const id = current?.id ?? newActivationId(license.anchor, instance, ctx.nowMs);
          const at = computeActivationTime(license, current, ctx.nowMs);
          const activation = buildActivation({ id, at, license, instance, kind, metadata: input.metadata }, decided);
          return {
            kind: 'changed',
            license: decided.license,
            activation,
            event: 'license.activated',
            answer: (changed) => {
              onSeat?.({ license: changed, activation, kind });
              return { created: true, body: activatedView(changed, activation) };
            },
          };
        }
      }
    },
  );
  if (!isRefusal(outcome)) measureActivation(ctx, outcome, seatLimit);
  return outcome;
}

type Activated = Pick<Activation, 'id' | 'kind' | 'metadata'> & {
  at: string;
  license: License;
  instance: ParsedInstance;
};

function buildActivation(
  { id, at, license, instance, kind, metadata }: Activated,
  use: Pick<Activation, 'takes_seat' | 'free_staging'>,
): Activation {
  return {
    id,
    license_id: license.id,
    instance_identifier: instance.identifier,
    instance_type: instance.type,
    kind,
    status: 'active',
    takes_seat: use.takes_seat,
    free_staging: use.free_staging,
    activated_at: at,
    deactivated_at: null,
    last_checked_at: at,
    metadata,
  };
}

/** A repeated or returning instance is no new activation. An unlimited license is never full. */
function measureActivation(
  { measure }: Context,
  { created, replayed, body }: Answer<ActivateAnswer>,
  seatLimit: number | null,
): void {
  if (created !== true || replayed === true) return;
  measure('activations');
  if (seatLimit !== null && seatLimit > 0)
    measure('seat_saturation_percent', Math.round((100 * body.seats_used) / seatLimit));
}

/** Notifies the brand, at most once a day, that a license is full. The refusal stands even if this fails. */
async function journalLimitReached(ctx: Context, call: SeatCall, license: License): Promise<void> {
  const today = isoSeconds(ctx.nowMs).slice(0, 10);
  const { seat_limit, seats_used } = license;
  if (license.limit_reached_on === today || seat_limit === null) return;
  const changed = nextVersion({ ...license, limit_reached_on: today }, ctx.nowMs);
  const author = buildAuthor(ctx, call.brand, { type: 'license_key', id: call.licenseKeyId });
  await transact(call.table, [
    putChangedLicense(call.brand, changed, retry),
    journalWrite(author, {
      type: 'license.seat_limit_reached',
      entity: { type: 'license', id: license.id },
      seq: changed.seq,
      notBefore: license.updated_at,
      before: null,
      after: { seat_limit, seats_used },
      license: pickLicenseFields(changed),
    }),
  ]).catch(() => undefined);
}
