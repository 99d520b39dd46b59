import { addDuration } from '../../domain/duration.ts';
import { isDue } from '../../domain/time.ts';
import { DEFAULT_SEAT_LIMIT } from '../../domain/terms.ts';
import { computeTag } from '../../domain/ids.ts';
import { parseInstance, type ParsedInstance } from '../../domain/instance.ts';
import { classifyInstance, type InstanceKind } from '../../domain/instance-kind.ts';
import type { License } from '../../domain/license.ts';
import type { ImportedLicense, ImportRow } from '../../api/schemas/import-row.ts';
import type { Product } from '../../table/products.ts';
import { failed, type ImportContext, type RowNote, type RowOutcome } from './row.ts';

/** One site of a license, as it was read from the row. */
export type ReadSeat = {
  instance: ParsedInstance;
  kind: InstanceKind;
  given: ImportedLicense['activations'][number];
};

/** One license of a row, whose fields are checked. */
export type ReadLicense = {
  given: ImportedLicense;
  at: string;
  product: Product;
  tag: string;
  terms: Pick<
    License,
    'status' | 'seat_limit' | 'expires_at' | 'expiry_day' | 'starts_on_activation' | 'duration' | 'policy'
  >;
  seats: ReadSeat[];
};

type Read = { licenses: ReadLicense[]; notes: RowNote[] };
type Failed = RowOutcome & { kind: 'failed' };

/** Checks a row without the table: products, words of status, instances. */
export function readLicenses(ctx: ImportContext, row: ImportRow): Read | Failed {
  const licenses: ReadLicense[] = [];
  const notes: RowNote[] = [];
  for (const [i, given] of row.licenses.entries()) {
    const read = readLicense(ctx, given, `licenses/${String(i)}`, notes);
    if ('kind' in read) return read;
    const isTwice = licenses.some(({ tag, terms }) => tag === read.tag && isLive(terms) && isLive(read.terms));
    if (isTwice) return failed('product_twice', `${read.at}/product`, 'The key has this product twice.');
    licenses.push(read);
  }
  return { licenses, notes };
}

export const isLive = ({ status }: Pick<License, 'status'>): boolean => status !== 'cancelled';

function readLicense(ctx: ImportContext, given: ImportedLicense, at: string, notes: RowNote[]): ReadLicense | Failed {
  const name = given.product ?? ctx.defaults.product;
  if (name === undefined) return failed('bad_field', `${at}/product`, 'The license has no product.');
  const product = ctx.findProduct(name);
  if (product === undefined) return unknownProduct(ctx, name, at);
  const terms = readTerms(ctx, given, product, at);
  if ('kind' in terms) return terms;
  const seats = readSeats(given, at, notes);
  if ('kind' in seats) return seats;
  return { given, at, product, tag: computeTag(product.id), terms, seats };
}

function unknownProduct(ctx: ImportContext, name: string, at: string): Failed {
  const nearest = ctx.suggestProduct(name);
  const hint = nearest === undefined ? '' : ` Do you mean “${nearest}”?`;
  return failed('product_unknown', `${at}/product`, `The brand has no product “${name}”.${hint}`);
}

/** The date decides between valid and expired, whatever the old system called the license. */
function readTerms(
  ctx: ImportContext,
  given: ImportedLicense,
  product: Product,
  at: string,
): ReadLicense['terms'] | Failed {
  const policy = { ...product.policy, ...ctx.defaults.policy, ...given.policy };
  const beginning = given.starts_on_activation ?? null;
  if (given.expires_at === undefined && beginning === null)
    return failed('bad_field', `${at}/expires_at`, 'The license has no expiry. Give null for one that is for life.');
  if ((given.expires_at ?? null) !== null && beginning !== null)
    return failed('bad_field', `${at}/starts_on_activation`, 'A license that has an expiry has begun.');
  const begun = begin(given, beginning);
  if (begun === undefined) {
    const message = 'The license has sites, so it has begun. Give its expires_at, or the activated_at of each site.';
    return failed('bad_field', `${at}/starts_on_activation`, message);
  }
  const { expires_at, starts_on_activation } = begun;
  if (given.status === 'expired' && !isDue(expires_at, ctx.nowMs))
    return failed(
      'status_differs_from_expiry',
      `${at}/expires_at`,
      'The license is expired, but its expiry is not past.',
    );
  const status = given.status === 'suspended' || given.status === 'cancelled' ? given.status : 'valid';
  const seat_limit = given.seat_limit === undefined ? (policy.seat_limit ?? null) : given.seat_limit;
  const isLimitGiven = given.seat_limit !== undefined || policy.seat_limit !== undefined;
  return {
    status,
    expires_at,
    expiry_day: expires_at === null ? null : (given.expiry_day ?? null),
    starts_on_activation,
    policy,
    duration: given.duration ?? null,
    seat_limit: isLimitGiven ? seat_limit : DEFAULT_SEAT_LIMIT,
  };
}

/** The first site that a license ever had has begun a duration that waited for it. Undefined if nobody knows when. */
function begin(
  { expires_at = null, activations }: ImportedLicense,
  duration: string | null,
): Pick<License, 'expires_at' | 'starts_on_activation'> | undefined {
  if (duration === null || activations.length === 0) return { expires_at, starts_on_activation: duration };
  const times = activations.flatMap(({ activated_at }) => activated_at ?? []).sort();
  const [first] = times;
  if (first === undefined || times.length < activations.length) return undefined;
  return { expires_at: addDuration(first, duration), starts_on_activation: null };
}

const SAME_SITE = 'the same site as another of this license; one seat is made';

/** Two spellings of one site are one seat: the first one counts. */
function readSeats({ activations }: ImportedLicense, at: string, notes: RowNote[]): ReadSeat[] | Failed {
  const seats = new Map<string, ReadSeat>();
  for (const [i, given] of activations.entries()) {
    const field = `${at}/activations/${String(i)}/instance`;
    const instance = parseInstance(given.instance_type, given.instance);
    if (instance === undefined) return failed('bad_field', field, `This is no ${given.instance_type}.`);
    const name = `${instance.type}\n${instance.normalised}`;
    if (seats.has(name)) notes.push({ code: 'site_twice', field: 'licenses', message: `${field}: ${SAME_SITE}` });
    else seats.set(name, { instance, kind: given.kind ?? classifyInstance(instance), given });
  }
  return [...seats.values()];
}
