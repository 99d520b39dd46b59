import { namedInstance } from '../domain/instance.ts';
import type { InstanceKind } from '../domain/instance-kind.ts';
import { describeSeatTaker } from '../domain/plain-description.ts';
import { isRefusal, refuse, type CopyOf, type Refusal } from '../domain/refusal.ts';
import type { Context } from '../context.ts';
import type { ActivatedLicense } from '../api/activate.ts';
import type { ActivateInput } from '../api/activate-endpoint.ts';
import type { Answer } from '../table/once.ts';
import type { Seat } from '../table/product-call.ts';
import { findCopy } from '../views/copy-view.ts';
import { changeSeat } from './seat-change.ts';
import type { SeatCall, SeatDecision } from './seat-call.ts';
import { answerChange, decideFor, freeSeat, isBarred, takeAfter, type Taker } from './taken-seat.ts';

type Decision = SeatDecision<ActivatedLicense>;

/** The site's own declaration, on a route that speaks another vendor's protocol. */
type ActivateOptions = { declaredKind?: InstanceKind | undefined };

/** A name that tells its kind wins over what the site declares. */
export const withDeclaredKind = <D extends { kind: InstanceKind }>(
  described: D,
  declared: InstanceKind | undefined,
): D => (described.kind === 'production' && declared !== undefined ? { ...described, kind: declared } : described);

/**
 * Activates a license on an instance. An instance that is active already gets its activation, and one that comes back
 * gets the id it had. `replace` frees another seat for it in the same transaction.
 */
export async function activateLicense(
  ctx: Context,
  input: ActivateInput,
  { declaredKind }: ActivateOptions = {},
): Promise<Answer<ActivatedLicense> | Refusal> {
  const instance = namedInstance(input);
  const { replace, metadata } = input;
  const other = replace === undefined || replace === 'idle' ? undefined : { activation_id: replace };
  let seatLimit: number | null = null;
  let copy: { copy_of?: CopyOf } = {};
  const outcome = await changeSeat<ActivatedLicense>(
    ctx,
    { ...input, instance, other, showsSeats: true },
    async (call, seat) => {
      copy = await findCopyFor(call, seat, input.activation_id);
      seatLimit = seat.license.seat_limit;
      const { activation: current } = seat;
      const described = withDeclaredKind(await describeSeatTaker(instance, current), declaredKind);
      const { brand, nowMs } = call;
      return decide(call, seat, { brand, instance, current, metadata, described, nowMs }, replace);
    },
  );
  if (isRefusal(outcome)) {
    return outcome.code === 'seat_limit_reached' ? { ...outcome, facts: { ...outcome.facts, ...copy } } : outcome;
  }
  measureActivation(ctx, outcome, seatLimit);
  return { ...outcome, body: { ...outcome.body, ...copy } };
}

async function findCopyFor(
  { table, brand }: SeatCall,
  seat: Seat,
  activationId: string | undefined,
): Promise<{ copy_of?: CopyOf }> {
  const copy_of = activationId === undefined ? undefined : await findCopy(table, brand, seat, activationId);
  return copy_of === undefined ? {} : { copy_of };
}

async function decide(
  call: SeatCall,
  { license, activation: current, other }: Seat,
  taker: Taker,
  replace: ActivateInput['replace'],
): Promise<Decision> {
  const decided = decideFor(taker, license);
  const isActive = current?.status === 'active';
  if (replace === undefined || isActive || isBarred(decided)) return answerChange(license, takeAfter(taker, license));
  if (replace === 'idle') {
    const isFull = isRefusal(decided) && decided.code === 'seat_limit_reached';
    const freed = isFull ? await (await import('./idle-seat.ts')).freeIdleSeat(call, license) : undefined;
    return answerChange(license, takeAfter(taker, license, freed));
  }
  // The instance's own seat, freed before, cannot make room for it.
  const own = current?.id === replace;
  if (other === undefined && !own) return refuse('activation_not_found');
  return answerChange(
    license,
    takeAfter(taker, license, other && !own ? freeSeat(other, license, call.nowMs) : undefined),
  );
}

/** A repeated or returning instance is no new activation. An unlimited license is never full. */
function measureActivation(
  { measure }: Context,
  { created, replayed, body }: Answer<ActivatedLicense>,
  seatLimit: number | null,
): void {
  if (created !== true || replayed === true) return;
  measure('activations');
  if (seatLimit !== null && seatLimit > 0)
    measure('seat_saturation_percent', Math.round((100 * body.seats_used) / seatLimit));
}
