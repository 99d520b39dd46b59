import type { Things } from './world/furnish.ts';
import { callUntilAnswered, type ClientReply } from './world/calls.ts';
import type { SimulatedWorld } from './world/parts.ts';

/** The answered versions of a license: its fields, by the number of its last change. */
export type Versions = Map<number, string>;

type Caller = { world: SimulatedWorld; name: string; things: Things };
type Known = { id: string; versions: Versions };

type Shown = {
  status?: string;
  seat_limit?: number | null;
  seats_used?: number;
  expires_at?: string | null;
  customer_id?: string;
  product?: { slug: string };
  license_key?: { id: string };
};

/** The fields that a change of the license alone changes. A license expires without one. */
function fieldsOf({ status, seat_limit, seats_used, expires_at, customer_id, product, license_key }: Shown): string {
  const state = status === 'expired' ? 'valid' : status;
  return JSON.stringify([state, seat_limit, seats_used, expires_at, customer_id, product?.slug, license_key?.id]);
}

/** Keeps what an answer shows of a version, and holds it to what others showed. Undefined if it names no version. */
function keepVersion({ world, name }: Caller, { id, versions }: Known, answer: ClientReply): number | undefined {
  const version = Number(/^"(\d+)"$/.exec(answer.etag ?? '')?.[1]);
  if (answer.status >= 300 || Number.isNaN(version)) return undefined;
  const fields = fieldsOf(answer.body);
  const known = versions.get(version) ?? fields;
  if (known !== fields)
    world.violations.push(`${name}: version ${version} of ${id} was shown as ${fields}, and before as ${known}`);
  versions.set(version, fields);
  return version;
}

/** An answered version of a license is there for ever: a later answer shows this version or a later one. */
async function expectVersions(caller: Caller, of: Known): Promise<void> {
  const { world, name, things } = caller;
  const answered = Math.max(0, ...of.versions.keys());
  if (answered === 0) return;
  const call = { apiKey: things.apiKey, params: { license_id: of.id } };
  const present = keepVersion(caller, of, await callUntilAnswered(world, name, 'get_license', call)) ?? 0;
  if (present < answered)
    world.violations.push(`${name}: ${of.id} was answered in version ${answered}, and is shown in ${present}`);
}

/** A change that was answered is seen by the next read. */
export async function expectChange(caller: Caller, of: Known, answer: ClientReply): Promise<void> {
  if (keepVersion(caller, of, answer) !== undefined) await expectVersions(caller, of);
}

/** The e-mail address that an answer gave to a customer, and the changes of it that were begun and are under way. */
type Email = { begun: number; open: number; answered?: string };
export type Emails = Map<string, Email>;

const emailOf = (emails: Emails, customer: string): Email => {
  const known = emails.get(customer) ?? { begun: 0, open: 0 };
  emails.set(customer, known);
  return known;
};

/** A change begins, and until its end nobody can say what e-mail address a customer has. Returns its number. */
export function beginEmail(emails: Emails, customer: string): number {
  const known = emailOf(emails, customer);
  delete known.answered;
  known.begun += 1;
  known.open += 1;
  return known.begun;
}

/** Keeps an answered address if no other change of it was under way meanwhile. */
export function endEmail(emails: Emails, customer: string, begun: number, email?: string): void {
  const known = emailOf(emails, customer);
  known.open -= 1;
  if (email !== undefined && known.open === 0 && known.begun === begun) known.answered = email;
}

export async function expectEmail({ world, name, things }: Caller, emails: Emails, customer: string): Promise<void> {
  const { begun, answered } = emailOf(emails, customer);
  const call = { apiKey: things.apiKey, params: { customer_id: customer } };
  if (answered === undefined) return;
  const { body } = await callUntilAnswered(world, name, 'get_customer', call);
  if (emailOf(emails, customer).begun === begun && body['email'] !== answered)
    world.violations.push(
      `${name}: the customer ${customer} was answered to have ${answered}, not ${String(body['email'])}`,
    );
}

/** When everything is calm, all that was answered is there. */
export async function expectAnswered(caller: Caller, shared: readonly Known[], emails: Emails): Promise<void> {
  for (const of of shared) await expectVersions(caller, of);
  for (const customer of emails.keys()) await expectEmail(caller, emails, customer);
}
