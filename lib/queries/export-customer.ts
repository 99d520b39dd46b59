import { activationView } from '../views/activation-view.ts';
import type { Key } from '../dynamo/schema.ts';
import { required } from '../domain/invariant.ts';
import { isRefusal, refuse, type Refusal } from '../domain/refusal.ts';
import type { BrandContext } from '../context.ts';
import type { CustomerExport } from '../api/schemas/customer.ts';
import type { ExportCustomerInput } from '../api/customers.ts';
import { readSeats } from '../table/activation-lists.ts';
import { customerByEmail, customerById, customerView } from '../views/customer-view.ts';
import { customerKeyView } from '../views/license-key-view.ts';
import { readAllCustomerLicenses, licensesThatLeft, type Customer } from '../table/customers.ts';
import { concerns, readJournal, type JournalEntry } from '../table/journal.ts';
import { keys } from '../table/keys.ts';
import { parseLicenseKeyItem } from '../table/license-keys.ts';
import { customerEventView } from '../views/event-view.ts';
import { buildLicenseEntry, readViewsByAddress } from '../views/license-view.ts';
import type { Answer } from '../table/once.ts';
import { getOne } from '../dynamo/table.ts';
import { openCursor, sealCursor } from './cursor.ts';

type Body = Omit<CustomerExport, 'customer' | 'next_cursor'>;

/** One kind of personal data, with its own pages; `name` is the same in every call. */
type Source = {
  name: string;
  read: (page: { limit: number; after: Key | undefined }) => Promise<{ found: Partial<Body>; last: Key | undefined }>;
};

/** A page takes this many reads, whatever they return. */
const MOST_READS = 100;

/** Exports all data about one person, source by source, a page at a time. */
export async function exportCustomer(
  ctx: BrandContext,
  input: ExportCustomerInput,
): Promise<Answer<CustomerExport> | Refusal> {
  const { limit, cursor, email, customer_id } = input;
  const listContext = {
    vault: ctx.vault,
    owner: ctx.brand.key_prefix,
    list: 'export',
    filters: { email, customer_id },
  };
  const opened = openCursor(listContext, cursor);
  if (isRefusal(opened)) return opened;
  const customer = await asked(ctx, input);
  if (customer === undefined) return refuse('customer_not_found');
  const sources = await sourcesOf(ctx, customer);
  const at = opened === undefined ? 0 : sources.findIndex(({ name }) => name === opened.pk);
  if (at < 0) return refuse('cursor_invalid');

  const body: Body = { license_keys: [], licenses: [], activations: [], events: [] };
  let next: Key | undefined = opened;
  let count = 0;
  let i = at;
  for (let reads = 0; i < sources.length && count < limit && reads < MOST_READS; reads += 1) {
    const source = required(sources[i], 'a list has what is within its length');
    const { found, last } = await source.read({ limit: limit - count, after: afterIn(next) });
    count += add(body, found);
    if (last === undefined) i += 1;
    next = { pk: sources[i]?.name ?? '', sk: last === undefined ? '' : JSON.stringify([last.pk, last.sk]) };
  }
  return {
    body: {
      customer: customerView(ctx, customer),
      ...body,
      next_cursor: sealCursor(listContext, i < sources.length ? next : undefined),
    },
  };
}

function afterIn(next: Key | undefined): Key | undefined {
  if (next === undefined || next.sk === '') return undefined;
  const [pk, sk] = JSON.parse(next.sk) as [string, string];
  return { pk, sk };
}

function add(body: Body, found: Partial<Body>): number {
  body.license_keys.push(...(found.license_keys ?? []));
  body.licenses.push(...(found.licenses ?? []));
  body.activations.push(...(found.activations ?? []));
  body.events.push(...(found.events ?? []));
  return Object.values(found).reduce((sum, list) => sum + list.length, 0);
}

function asked(ctx: BrandContext, { email, customer_id }: ExportCustomerInput): Promise<Customer | undefined> {
  return customer_id === undefined ? customerByEmail(ctx, String(email)) : customerById(ctx, customer_id);
}

async function sourcesOf(ctx: BrandContext, customer: Customer): Promise<Source[]> {
  const brand = ctx.brand.key_prefix;
  const held = await readAllCustomerLicenses(ctx.table, brand, customer.partition);
  const left = await licensesThatLeft(ctx.table, brand, customer.partition);
  const theirs = (entry: JournalEntry): boolean => concerns(entry, customer.id);
  const keyPartitions = new Set([...held, ...left].map(({ key_partition }) => key_partition));
  const licenseIds = new Set([...held, ...left].map(({ license_id }) => license_id));
  return [
    eventsSource(ctx, customer, customer.id, () => true),
    ...[...keyPartitions].map((partition) => keySource(ctx, customer, partition)),
    ...held.map(({ license_id, anchor, key_partition }) =>
      licenseSource(ctx, license_id, { anchor, key_partition, customer_partition: customer.partition }),
    ),
    ...held.map(({ license_id, anchor }) => seatsSource(ctx, customer, license_id, anchor)),
    ...left.flatMap(({ license_id, anchor, seat_set }) =>
      seat_set === undefined ? [] : [oldSeatsSource(ctx, license_id, anchor, seat_set)],
    ),
    ...[...licenseIds].map((id) => eventsSource(ctx, customer, id, theirs)),
  ];
}

function keySource(ctx: BrandContext, customer: Customer, partition: string): Source {
  return {
    name: `key ${partition}`,
    async read({ limit, after }) {
      const item = await getOne(ctx.table, keys.licenseKey(ctx.brand.key_prefix, partition));
      if (item === undefined) return { found: {}, last: undefined };
      const licenseKey = parseLicenseKeyItem(item);
      const events = await eventsSource(ctx, customer, licenseKey.id, () => true).read({ limit, after });
      const license_keys = after === undefined ? [customerKeyView(ctx, licenseKey)] : [];
      return { found: { license_keys, ...events.found }, last: events.last };
    },
  };
}

function licenseSource(
  ctx: BrandContext,
  id: string,
  address: { anchor: string; key_partition: string; customer_partition: string },
): Source {
  return {
    name: `license ${id}`,
    async read() {
      const views = await readViewsByAddress(ctx, [address]);
      return { found: { licenses: views.map((view) => buildLicenseEntry(ctx, view)) }, last: undefined };
    },
  };
}

/** The activations of a license that is still the customer's. */
function seatsSource(ctx: BrandContext, customer: Customer, id: string, anchor: string): Source {
  return {
    name: `seats ${id}`,
    async read(page) {
      const license = await getOne(ctx.table, keys.license(ctx.brand.key_prefix, anchor));
      if (license?.['customer_partition'] !== customer.partition) return { found: {}, last: undefined };
      return oldSeatsSource(ctx, id, anchor, Number(license['seat_set'])).read(page);
    },
  };
}

function oldSeatsSource(ctx: BrandContext, license_id: string, anchor: string, seatSet: number): Source {
  return {
    name: `seats ${license_id} ${String(seatSet)}`,
    async read(page) {
      const { seats, last } = await readSeats(ctx.table, ctx.brand.key_prefix, anchor, seatSet, page);
      return {
        found: { activations: seats.map(({ activation }) => ({ ...activationView(activation), license_id })) },
        last,
      };
    },
  };
}

function eventsSource(
  ctx: BrandContext,
  customer: Customer,
  entityId: string,
  isTheirs: (entry: JournalEntry) => boolean,
): Source {
  return {
    name: `events ${entityId}`,
    async read(page) {
      const { entries, last } = await readJournal(ctx.table, ctx.brand.key_prefix, entityId, {
        ...page,
        oldestFirst: true,
      });
      return {
        found: { events: entries.filter(isTheirs).map((entry) => customerEventView(entry, customer.id)) },
        last,
      };
    },
  };
}
