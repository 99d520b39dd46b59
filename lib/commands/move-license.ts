import { namedInstance } from '../domain/instance.ts';
import { required } from '../domain/invariant.ts';
import { describeSeatTaker } from '../domain/plain-description.ts';
import { refuse, type Refusal } from '../domain/refusal.ts';
import type { Context } from '../context.ts';
import type { ActivatedLicense } from '../api/activate.ts';
import type { MoveInput } from '../api/move-endpoint.ts';
import type { Answer } from '../table/once.ts';
import type { Seat } from '../table/product-call.ts';
import { changeSeat } from './seat-change.ts';
import type { SeatDecision, SeatRequest } from './seat-call.ts';
import { answerChange, freeSeat, takeAfter, type Taker } from './taken-seat.ts';

type Decision = SeatDecision<ActivatedLicense>;

/**
 * Gives the seat of one instance to another in one transaction, for a site that has changed its address. A repeat
 * changes nothing.
 */
export async function moveLicense(ctx: Context, input: MoveInput): Promise<Answer<ActivatedLicense> | Refusal> {
  const instance = namedInstance(input);
  const origin = readOrigin(input);
  const request: SeatRequest = { ...input, instance, other: origin, showsSeats: true };
  return changeSeat<ActivatedLicense>(ctx, request, async (call, seat) => {
    const { other, activation: current } = seat;
    if (other === undefined) return refuse('activation_not_found');
    const { metadata, id } = other.activation;
    if (input.activation_id !== undefined && input.activation_id !== id)
      return refuse('bad_request', { errors: [ANOTHER_ACTIVATION] });
    const described = await describeSeatTaker(instance, current);
    const { brand, nowMs } = call;
    return decide(seat, other, { brand, instance, current, metadata, described, nowMs });
  });
}

const ANOTHER_ACTIVATION = {
  pointer: '/activation_id',
  message: 'is not the activation of this from_instance; send only one of the two',
};

function readOrigin({ instance_type, from_instance, activation_id }: MoveInput): SeatRequest['other'] {
  const instance = namedInstance({ instance_type, instance_identifier: from_instance });
  if (instance !== undefined) return { instance };
  return { activation_id: required(activation_id, 'a move names an instance or an activation') };
}

function decide({ license, activation: current }: Seat, other: NonNullable<Seat['other']>, taker: Taker): Decision {
  const isSame = current?.id === other.activation.id;
  const freed = isSame ? undefined : freeSeat(other, license, taker.nowMs);
  return answerChange(license, takeAfter(taker, license, freed));
}
