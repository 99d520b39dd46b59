import { randomUUID } from 'node:crypto';
import type { LicenseEntry } from '../../../lib/api/schemas/license.ts';
import { eraseCustomer, updateCustomer } from '../../../lib/api/customers.ts';
import { openBackOffice, type BackOffice } from './back-office.ts';
import { requestPurchase, untilAnswered } from './purchases.ts';
import type { Reply, Service, TestBrand } from './service.ts';
import type { StoredItem } from '../table/whole-table.ts';

/** One step of a story about e-mails. The e-mails, customers and licenses are numbered by their first appearance. */
export type Deed =
  | { do: 'buy'; email: number }
  | { do: 'erase'; email: number }
  | { do: 'change'; customer: number; email: number }
  | { do: 'transfer'; license: number; email: number };

/** The expected state after the steps so far. */
export type Story = {
  emails: string[];
  /** The owner of each e-mail: a customer's id. */
  owner: Map<number, string>;
  customers: string[];
  erased: Set<string>;
  licenses: { id: string; customer: string }[];
};

export const newStory = (emails: string[]): Story => ({
  emails,
  owner: new Map(),
  customers: [],
  erased: new Set(),
  licenses: [],
});

/** Takes one step in the service and in the model, and returns their differences. */
export async function takeStep(service: Service, brand: TestBrand, story: Story, step: Deed): Promise<string[]> {
  const backOffice = openBackOffice(service, brand);
  const email = story.emails[step.email] ?? '';
  if (step.do === 'change') return changeEmail(service, brand, story, step);
  // A step that a busy service made without answering must not be repeated.
  const once = { 'Idempotency-Key': randomUUID() };
  if (step.do === 'buy') {
    const { reply } = await untilAnswered(() => requestPurchase(service, brand, { customer_email: email }, once));
    const id = (reply.body['licenses'] as { id: string }[] | undefined)?.[0]?.id ?? '';
    return [...differs(step, reply, 201), ...(await arrives(backOffice, story, { id, at: step.email }))];
  }
  if (step.do === 'erase') {
    const call = { apiKey: brand.apiKey, body: { email }, headers: once };
    const { reply } = await untilAnswered(() => service.call(eraseCustomer, call));
    const owner = story.owner.get(step.email);
    if (owner === undefined) return differs(step, reply, 404);
    story.owner.delete(step.email);
    story.erased.add(owner);
    return differs(step, reply, 200);
  }
  return giveLicense(backOffice, story, step);
}

async function giveLicense(
  backOffice: BackOffice,
  story: Story,
  step: Extract<Deed, { do: 'transfer' }>,
): Promise<string[]> {
  const email = story.emails[step.email];
  const license = story.licenses[step.license];
  if (license === undefined) return [];
  const { reply } = await untilAnswered(() => backOffice.transfer(license.id, { customer_email: email }));
  return [...differs(step, reply, 200), ...(await arrives(backOffice, story, { id: license.id, at: step.email }))];
}

async function changeEmail(
  service: Service,
  { apiKey }: TestBrand,
  story: Story,
  step: Extract<Deed, { do: 'change' }>,
): Promise<string[]> {
  const id = story.customers[step.customer];
  if (id === undefined) return [];
  const params = { customer_id: id };
  const body = { email: story.emails[step.email] };
  const { reply } = await untilAnswered(() => service.call(updateCustomer, { apiKey, params, body }));
  const owner = story.owner.get(step.email);
  if (story.erased.has(id) || (owner !== undefined && owner !== id)) return differs(step, reply, 409);
  for (const [at, has] of story.owner) if (has === id) story.owner.delete(at);
  story.owner.set(step.email, id);
  return differs(step, reply, 200);
}

/** A license that was bought for, or given to, the owner of an e-mail: an unused e-mail makes a new customer. */
async function arrives(
  backOffice: BackOffice,
  story: Story,
  { id, at }: { id: string; at: number },
): Promise<string[]> {
  const customer = ((await backOffice.get(id)).body as Partial<LicenseEntry>).customer_id ?? 'nobody';
  const owner = story.owner.get(at);
  if (owner === undefined) {
    if (story.customers.includes(customer)) return [`e-mail ${at} led to ${customer}, who does not have it`];
    story.customers.push(customer);
    story.owner.set(at, customer);
  }
  const known = story.licenses.find((license) => license.id === id);
  if (known) known.customer = customer;
  else story.licenses.push({ id, customer });
  return owner === undefined || owner === customer ? [] : [`e-mail ${at} led to ${customer} and is ${owner}’s`];
}

const differs = (step: Deed, reply: Reply, status: number): string[] =>
  reply.status === status ? [] : [`${JSON.stringify(step)} → ${reply.status}, not ${status}: ${reply.text}`];

/** Checks that each e-mail finds the licenses of its owner. */
export async function findsWhatIsTheirs(backOffice: BackOffice, story: Story): Promise<string[]> {
  const faults: string[] = [];
  for (const [at, email] of story.emails.entries()) {
    const owner = story.owner.get(at);
    const theirs = story.licenses.filter(({ customer }) => customer === owner).map(({ id }) => id);
    const found = await backOffice.found(email);
    if (found.toSorted().join() !== theirs.sort().join())
      faults.push(`e-mail ${at} finds ${found.join()}, not ${theirs.join()}`);
  }
  return faults;
}

/** Checks that each e-mail leads to at most one customer who is not erased, and that each of them has one e-mail. */
export function slotFaults(items: readonly StoredItem[]): string[] {
  const places = new Map(items.filter(({ sk }) => sk === 'person').map((item) => [item.pk, item]));
  const placeBy = (from: StoredItem, hash: string): string => `${from.pk.slice(0, from.pk.lastIndexOf('#'))}#${hash}`;
  const holderOf = ({ pk, holder, id, email_hash }: StoredItem): string | undefined =>
    typeof holder === 'string' ? holder : id !== undefined && email_hash === undefined ? hashIn(pk) : undefined;
  const hashIn = (pk: string): string => pk.slice(pk.lastIndexOf('#') + 1);
  const faults: string[] = [];
  for (const item of places.values()) {
    const holder = holderOf(item);
    const led = holder === undefined ? undefined : places.get(placeBy(item, holder));
    const reached = led?.['email_hash'] ?? hashIn(led?.pk ?? '');
    if (holder !== undefined && (led?.['id'] === undefined || reached !== hashIn(item.pk)))
      faults.push(`${item.pk} leads to ${holder}, who does not have this e-mail`);
    if (item['unfinished'] !== undefined) faults.push(`${item.pk} has an erasure that is not finished`);
    if (item['id'] === undefined || item['email_hash'] === null) continue;
    const own = places.get(
      placeBy(item, typeof item['email_hash'] === 'string' ? item['email_hash'] : hashIn(item.pk)),
    );
    if (own === undefined || holderOf(own) !== hashIn(item.pk)) faults.push(`${item.pk} is reached by no e-mail`);
  }
  return faults;
}
