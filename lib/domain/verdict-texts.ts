import { counted } from './counted.ts';
import { keyTexts } from './key-texts.ts';
import { momentIn } from './moment-in.ts';
import type { CopyOf, RefusalCode, RefusalFacts } from './refusal.ts';
import type { VerdictCode } from './verdict.ts';

/** The facts that the text about a verdict may mention. */
export type VerdictFacts = {
  expires_at: string | null;
  grace_until: string | null;
  /** The slugs of the products that the license key is for. */
  products: readonly string[];
};
type Texts = Readonly<Record<Exclude<VerdictCode, 'valid'>, (facts: VerdictFacts) => string>> & {
  readonly [C in Exclude<RefusalCode, VerdictCode>]?: (facts: RefusalFacts[C]) => string;
};

const expiredOn = (expires_at: string | null): string =>
  expires_at === null ? 'This license has expired.' : `This license expired on ${momentIn(expires_at)}.`;
const expired = ({ expires_at }: { expires_at: string | null }): string =>
  `${expiredOn(expires_at)} Renew it to use it here.`;
const suspended = (): string => 'This license is suspended. Ask the shop that sold it.';
const cancelled = (): string => 'This license is cancelled. Ask the shop that sold it, or buy a new one.';

function inGrace({ expires_at, grace_until }: VerdictFacts): string {
  const until = grace_until === null ? 'for now' : `until ${momentIn(grace_until)}`;
  return `${expiredOn(expires_at)} Everything keeps working ${until}. Renew it before then.`;
}

/** For a site that holds the activation of another one. */
export const copyText = ({ instance }: CopyOf): string =>
  `This site looks like a copy of ${instance ?? 'another site'}. Move the seat here if this site has replaced that ` +
  'one, or activate a seat of its own.';

/** For a copy that is active itself, by the seat that it has just taken or has had before. */
export const ownSeatText = ({ instance }: CopyOf): string =>
  `This site looks like a copy of ${instance ?? 'another site'}, and has a seat of its own. Move the seat here if ` +
  'this site has replaced that one, or keep both seats.';

function seatsTaken({ seat_limit, seats_used, copy_of }: RefusalFacts['seat_limit_reached']): string {
  if (copy_of) return copyText(copy_of);
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

function movedTooOften({ seat_moves_per_30_days, next_move_at }: RefusalFacts['seat_moves_exhausted']): string {
  if (next_move_at === null) return 'This license cannot be moved to another site. Ask the shop that sold it.';
  return (
    `This license can move to another site ${counted(seat_moves_per_30_days, 'time')} in 30 days. ` +
    `Try again after ${momentIn(next_move_at)}.`
  );
}

/**
 * The catalog of texts for the owner of a site, by the code of a verdict or refusal: what is so, and what to do.
 * `docs/verdicts.md` lists them.
 */
export const verdictTexts = {
  ...keyTexts,
  not_activated: () => 'This license is valid, but it is not active on this site. Activate it here.',
  valid_in_grace: inGrace,
  valid_maintained: ({ expires_at }) =>
    `${expiredOn(expires_at)} This site keeps running, but it gets no updates. Renew it to get updates again.`,
  expired,
  license_expired: expired,
  suspended,
  license_suspended: suspended,
  cancelled,
  license_cancelled: cancelled,
  product_not_on_key: ({ products }: Pick<VerdictFacts, 'products'>) =>
    products.length === 0
      ? 'This license key is for no product now. Ask the shop that sold it.'
      : `This license key is only for ${products.join(', ')}. Use a license key for this product.`,
  product_required: ({ products }) =>
    `This license key is for several products. Choose one of them: ${products.join(', ')}.`,
  seat_limit_reached: seatsTaken,
  seat_moves_exhausted: movedTooOften,
  activation_not_found: () => 'This license was not found active there. Check which site you mean.',
} as const satisfies Texts;
