import { hash } from 'node:crypto';
import { setImportedDue } from '../../domain/due.ts';
import { PRODUCT_REFERENCE, type License } from '../../domain/license.ts';
import { parseLicenseKey } from '../../domain/license-key.ts';
import { readLastFour } from '../../domain/license-key-ending.ts';
import { unpastedKey } from '../../domain/pasted.ts';
import { pick } from '../../domain/pick.ts';
import { bringSeat, type Activation } from '../../domain/seats.ts';
import { isoSeconds } from '../../domain/time.ts';
import { newId } from '../../process/ids.ts';
import { newActivationId, putActivation } from '../../table/activations.ts';
import type { Customer } from '../../table/customers.ts';
import { guessAnchor } from '../../table/keys.ts';
import { keyTextContext, type LicenseKey } from '../../table/license-keys.ts';
import { retry, type Retry } from '../../dynamo/outcome.ts';
import type { Write } from '../../dynamo/transact.ts';
import type { ImportContext, NumberedRow } from './row.ts';
import type { ReadLicense, ReadSeat } from './terms.ts';

/** A license of a new key, the writes of its seats, and the number of those that are active. */
export type BuiltLicense = { license: License; tag: string; seats: Write<Retry>[]; active: number };

/** Part of a key's text that may be stored in the clear: a third of it or less. */
const SHORTEST_WITH_ENDING = 12;

/** The text as it is kept. One of the brand's own keys has a canonical spelling. */
export function keptText(brand: string, typed: string): string {
  const own = parseLicenseKey(typed);
  return own?.prefix === brand ? own.text : typed;
}

export function buildKey(
  ctx: ImportContext,
  { row }: NumberedRow,
  { partition, customer }: { partition: string; customer: Customer },
): LicenseKey & { text: string } {
  const brand = ctx.brand.key_prefix;
  const text = keptText(brand, row.license_key);
  const folded = unpastedKey(text);
  const now = isoSeconds(ctx.nowMs);
  const began = row.licenses.flatMap(({ created_at }) => created_at ?? []).sort()[0];
  return {
    text,
    id: newId(ctx.nowMs),
    partition,
    text_cipher: ctx.vault.encrypt(text, keyTextContext(brand, partition)),
    last_fours: folded.length < SHORTEST_WITH_ENDING ? [] : [readLastFour(folded)],
    customer_id: customer.id,
    customer_partition: customer.partition,
    per_customer: row.per_customer,
    created_at: row.created_at ?? began ?? now,
    updated_at: now,
    // Its import is an entry of its licenses: the first entry of the key itself is a later change.
    seq: 0,
    licenses: {},
    cancelled: {},
  };
}

/** The holder of a new license, and the anchor under which it is stored. */
type Carrier = { key: Pick<LicenseKey, 'id' | 'partition'>; customer: Customer; anchor: string };

export function buildLicense(ctx: ImportContext, read: ReadLicense, carrier: Carrier): BuiltLicense {
  const { key, customer, anchor } = carrier;
  const { given, product, terms, tag } = read;
  const now = isoSeconds(ctx.nowMs);
  const bare: License = {
    id: newId(ctx.nowMs),
    license_key_id: key.id,
    key_partition: key.partition,
    customer_id: customer.id,
    customer_partition: customer.partition,
    product: pick(PRODUCT_REFERENCE, product),
    ...terms,
    seats_used: 0,
    staging_used: 0,
    costly_staging: false,
    recount_at: null,
    seat_set: 0,
    vacated: given.vacated ?? 0,
    moves: given.moves ?? [],
    metadata: given.metadata ?? {},
    external_id: given.external_id ?? null,
    created_at: given.created_at ?? now,
    updated_at: now,
    seq: 1,
    due_at: null,
    announced: null,
    limit_reached_on: null,
    anchor,
  };
  const seated = bringSeats(ctx, bare, read.seats);
  return {
    license: setImportedDue(seated.license, ctx.nowMs),
    tag,
    seats: seated.writes,
    active: countActive(read.seats),
  };
}

/** Sites that gave their seat back come along as what they are. */
const isActive = ({ given }: ReadSeat): boolean => (given.deactivated_at ?? null) === null;

export const countActive = (seats: readonly ReadSeat[]): number => seats.filter(isActive).length;

const NO_SEAT = { takes_seat: false, free_staging: false } as const;

/** Adds seats to a license, beyond its limit too, and returns it with their writes. */
export function bringSeats(
  ctx: ImportContext,
  before: License,
  seats: readonly ReadSeat[],
): { license: License; writes: Write<Retry>[] } {
  let license = before;
  const built = seats.map((seat) => {
    const brought = isActive(seat) ? bringSeat(license, seat.kind) : { license, ...NO_SEAT };
    license = brought.license;
    return { seat, activation: buildActivation(ctx, license, seat, brought) };
  });
  const writes = built.map(({ seat, activation }) =>
    markImported(ctx, putActivation(ctx.brand.key_prefix, license, seat.instance, activation, undefined, retry)),
  );
  return { license, writes };
}

function buildActivation(
  ctx: ImportContext,
  { id: license_id, anchor, created_at }: License,
  seat: ReadSeat,
  use: Pick<Activation, 'takes_seat' | 'free_staging'>,
): Activation {
  const { instance, kind, given } = seat;
  const activated_at = given.activated_at ?? created_at;
  return {
    id: newActivationId(anchor, instance, ctx.nowMs),
    license_id,
    instance_identifier: instance.identifier,
    instance_type: instance.type,
    kind,
    masked_identifier: null,
    status: isActive(seat) ? 'active' : 'deactivated',
    takes_seat: use.takes_seat,
    free_staging: use.free_staging,
    activated_at,
    deactivated_at: given.deactivated_at ?? null,
    last_checked_at: given.last_checked_at ?? null,
    metadata: given.metadata,
  };
}

/** Every item that a run puts carries its id, by which an undo recognizes it. */
export function markImported<R>({ importId }: Pick<ImportContext, 'importId'>, write: Write<R>): Write<R> {
  return 'put' in write ? { ...write, put: { ...write.put, import_id: importId } } : write;
}

/**
 * The anchor of a row's license. One whose seats do not fit into the row's transaction has an anchor of this import and
 * line: its seats are written before anything leads to them, and no other import writes there.
 */
export function chooseAnchor(
  { importId }: Pick<ImportContext, 'importId'>,
  partition: string,
  line: number,
  { index, tag, isStaged }: { index: number; tag: string; isStaged: boolean },
): string {
  if (!isStaged) return guessAnchor(partition, tag);
  return hash('sha256', ['import', importId, partition, String(line), String(index)].join('\n'), 'base64url');
}
