import * as z from 'zod/mini';
import { ListLicensesInput } from '../api/licenses.ts';
import type { LicenseEntry } from '../api/schemas/license.ts';
import { normaliseEmail } from '../domain/email.ts';
import { isUuid } from '../domain/ids.ts';
import { mayHoldCredential } from '../domain/secret-word.ts';
import { parseInstance } from '../domain/instance.ts';
import { parseLicenseKey } from '../domain/license-key.ts';
import { parseKeyEnding } from '../domain/license-key-ending.ts';
import { assertThat } from '../domain/invariant.ts';
import { isRefusal, refuse, type Refusal } from '../domain/refusal.ts';
import { listCustomers } from '../queries/list-customers.ts';
import { listLicenses } from '../queries/list-licenses.ts';
import { enterBrand, type PersonBrand } from './brands.ts';
import type { Call } from './call.ts';
import { findAddress, findByRequest } from './find-id.ts';
import type { Person } from './session.ts';

/** The result of a pasted text: a page, a list to choose from, or nothing. */
export type Found =
  | { kind: 'page'; address: string }
  | { kind: 'list'; licenses: LicenseEntry[]; site: string | undefined; by: string }
  | { kind: 'nothing'; refusal: Refusal | undefined; requestId?: string };

/** The list is long enough to choose from. A person who finds more types a longer text. */
const MOST = 25;
/** Brands that are asked at the same time. */
const AT_ONCE = 25;

/** The ids that requests may have, by their callers or by the service. */
const REQUEST_ID = /^[\w.:-]{8,128}$/;

type Criterion = { email: string } | { license_key: string } | { external_id: string } | { instance: string };

/** Finds what a person pasted, in the person's brands: an id, an e-mail, a key, a site or an order number. */
export async function findAnything(
  call: Call,
  person: Person,
  brands: readonly PersonBrand[],
  pasted: string,
): Promise<Found> {
  const text = pasted.trim();
  const id = isUuid(text.toLowerCase()) ? text.toLowerCase() : undefined;
  const known = id === undefined ? undefined : await findAddress(call, brands, id);
  const address = known ?? (REQUEST_ID.test(text) ? await findByRequest(call, brands, text) : undefined);
  if (address !== undefined) return { kind: 'page', address };
  if (id !== undefined) return { kind: 'nothing', refusal: undefined, requestId: text };
  const site = parseInstance('url', text)?.identifier;
  const results: { criterion: Criterion; licenses: LicenseEntry[]; refusal?: Refusal }[] = [];
  for (let from = 0; from < brands.length; from += AT_ONCE) {
    const asked = brands
      .slice(from, from + AT_ONCE)
      .flatMap((own) => criteriaIn(text).map((criterion) => search(call, person, own, criterion)));
    results.push(...(await Promise.all(asked)));
  }
  const licenses = [
    ...new Map(results.flatMap((result) => result.licenses).map((license) => [license.id, license])).values(),
  ];
  const isBySite = results.some((result) => 'instance' in result.criterion && result.licenses.length > 0);
  const [only] = licenses;
  if (only === undefined) {
    const found = await findCustomer(call, person, brands, { text, refusal: results.find(isRefused)?.refusal });
    return found.kind === 'nothing' && mayBeRequest(text) ? { ...found, requestId: text } : found;
  }
  const shown = isBySite ? site : undefined;
  const [by] = results.flatMap((result) => (result.licenses.length > 0 ? Object.keys(result.criterion) : []));
  if (licenses.length > 1) return { kind: 'list', licenses: licenses.slice(0, MOST), site: shown, by: String(by) };
  return { kind: 'page', address: addressOf(only.id, shown) };
}

/** A license key has the form of a caller's own request id, but belongs into no query. */
const mayBeRequest = (text: string): boolean => REQUEST_ID.test(text) && !mayHoldCredential(text);

const isRefused = ({ refusal }: { refusal?: Refusal }): boolean => refusal !== undefined;

function addressOf(license_id: string, site: string | undefined): string {
  const query = site === undefined ? '' : `?${new URLSearchParams({ instance: site }).toString()}`;
  return `/console/licenses/${license_id}${query}`;
}

/** The names of the criteria that a text can be, as the API has them. */
export const listCriteria = (text: string): string[] => criteriaIn(text.trim()).flatMap((one) => Object.keys(one));

/** The criteria that a text can be. A short one may be the end of a key as well as an order number. */
function criteriaIn(text: string): Criterion[] {
  const email = normaliseEmail(text);
  if (email !== undefined) return [{ email: text }];
  if (parseLicenseKey(text) !== undefined) return [{ license_key: text }];
  const ending = parseKeyEnding(text) === undefined ? [] : [{ license_key: text }];
  const site = parseInstance('url', text) === undefined ? [] : [{ instance: text }];
  return [...ending, { external_id: text }, ...site];
}

async function search(
  call: Call,
  person: Person,
  own: PersonBrand,
  criterion: Criterion,
): Promise<{ criterion: Criterion; licenses: LicenseEntry[]; refusal?: Refusal }> {
  const checked = z.safeParse(ListLicensesInput, { ...criterion, limit: MOST });
  if (!checked.success) return { criterion, licenses: [] };
  const found = await listLicenses({ ...enterBrand(call, person, own), everyBrand: undefined }, checked.data);
  return isRefusal(found) ? { criterion, licenses: [], refusal: found } : { criterion, licenses: found.body.licenses };
}

/** A customer may have no license. All brands of the person are asked, as for licenses. */
async function findCustomer(
  call: Call,
  person: Person,
  brands: readonly PersonBrand[],
  { text, refusal }: { text: string; refusal: Refusal | undefined },
): Promise<Found> {
  const email = normaliseEmail(text)?.email;
  if (email === undefined) return { kind: 'nothing', refusal };
  for (let from = 0; from < brands.length; from += AT_ONCE) {
    const found = await Promise.all(
      brands
        .slice(from, from + AT_ONCE)
        .map((own) => listCustomers(enterBrand(call, person, own), { email, limit: 1, cursor: undefined })),
    );
    const [customer] = found.flatMap((answer) => {
      assertThat(!isRefusal(answer), 'a first page of customers is never refused');
      return answer.body.customers;
    });
    if (customer !== undefined) return { kind: 'page', address: `/console/customers/${customer.id}` };
  }
  return { kind: 'nothing', refusal: refusal ?? refuse('customer_not_found') };
}
