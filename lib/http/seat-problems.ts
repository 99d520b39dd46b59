import type { RefusalFacts } from '../domain/refusal.ts';
import { commonProblems, counted, type Problems } from './common-problems.ts';
import { momentIn } from './problem-texts.ts';

function seatsTaken({ seat_limit, seats_used }: RefusalFacts['seat_limit_reached']): string {
  if (seat_limit === 0) return 'This license may not be active on any site. Ask the shop that sold it.';
  if (seats_used > seat_limit)
    return (
      `This license is for ${counted(seat_limit, 'site')} and is active on ${seats_used}. ` +
      'Deactivate it on other sites first.'
    );
  return seat_limit === 1
    ? 'This license is already active on its only site. Deactivate it there first.'
    : `This license is already active on all of its ${seat_limit} sites. Deactivate it on one of them first.`;
}

/** The refusals of the routes by which a site takes and frees its seat, beside the common ones. */
export const seatProblems = {
  license_expired: {
    status: 422,
    title: 'License expired',
    detail: (facts) => `This license expired on ${momentIn(facts.expires_at)}. Renew it to use it here.`,
  },
  license_suspended: {
    status: 422,
    title: 'License suspended',
    detail: () => 'This license is suspended. Ask the shop that sold it.',
  },
  license_cancelled: {
    status: 422,
    title: 'License cancelled',
    detail: () => 'This license is cancelled. Ask the shop that sold it, or buy a new one.',
  },
  seat_limit_reached: {
    status: 422,
    title: 'Seat limit reached',
    detail: seatsTaken,
  },
  seat_moves_exhausted: {
    status: 422,
    title: 'Seat moved too often',
    detail: ({ seat_moves_per_30_days, next_move_at }) =>
      next_move_at === null
        ? 'This license cannot be moved to another site. Ask the shop that sold it.'
        : `This license can move to another site ${counted(seat_moves_per_30_days, 'time')} in 30 days. ` +
          `Try again after ${momentIn(next_move_at)}.`,
  },
  product_required: {
    status: 422,
    title: 'Product required',
    detail: (facts) => `This license key is for several products. Choose one of them: ${facts.products.join(', ')}.`,
  },
  product_not_on_key: {
    status: 422,
    title: 'Product not on this key',
    detail: ({ products }) =>
      products.length === 0
        ? 'This license key is for no product now. Ask the shop that sold it.'
        : `This license key is only for ${products.join(', ')}. Use a license key for this product.`,
  },
  activation_not_found: {
    status: 404,
    title: 'Activation not found',
    detail: () => 'This license was not found active there. Check which site you mean.',
  },
  idempotency_key_reused: {
    status: 422,
    title: 'Idempotency key used before',
    detail: () => 'A different request was sent with this idempotency key before. Use a new key for a new request.',
  },
} as const satisfies Problems;

/** All problems of those routes. Marked as pure for the same reason as `problems`. */
export const productProblems: Problems = /* @__PURE__ */ Object.assign({}, commonProblems, seatProblems);
