import { verdictTexts } from '../domain/verdict-texts.ts';
import { commonProblems, type Problems } from './common-problems.ts';

/** The refusals of the routes by which a site takes and frees its seat, beside the common ones. */
export const seatProblems = {
  license_expired: { status: 422, title: 'License expired', detail: verdictTexts.license_expired },
  license_suspended: { status: 422, title: 'License suspended', detail: verdictTexts.license_suspended },
  license_cancelled: { status: 422, title: 'License cancelled', detail: verdictTexts.license_cancelled },
  seat_limit_reached: { status: 422, title: 'Seat limit reached', detail: verdictTexts.seat_limit_reached },
  seat_moves_exhausted: { status: 422, title: 'Seat moved too often', detail: verdictTexts.seat_moves_exhausted },
  product_required: { status: 422, title: 'Product required', detail: verdictTexts.product_required },
  product_not_on_key: { status: 422, title: 'Product not on this key', detail: verdictTexts.product_not_on_key },
  activation_not_found: { status: 404, title: 'Activation not found', detail: verdictTexts.activation_not_found },
  idempotency_key_reused: {
    status: 422,
    title: 'Idempotency key used before',
    detail: () => 'A different request was sent with this idempotency key before. Use a new key for a new request.',
  },
} as const satisfies Problems;

/** All problems of those routes. */
export const productProblems: Problems = Object.assign({}, commonProblems, seatProblems);
