import { activateLicense } from '../../../lib/api/activate.ts';
import { checkLicense } from '../../../lib/api/check.ts';
import { deactivateLicense } from '../../../lib/api/deactivate.ts';
import type { CheckAnswer } from '../../../lib/api/schemas/verdict.ts';
import { provisionLicenses } from '../../../lib/api/licenses.ts';
import type { ProvisionAnswer } from '../../../lib/api/schemas/license.ts';
import type { Reply, Service, TestBrand } from './service.ts';

let customers = 0;
export function newEmail(): string {
  customers += 1;
  return `customer-${String(customers)}@example.com`;
}

/** Requests a purchase; by default the customer is a new one and the product the brand's first. */
export function requestPurchase(
  service: Service,
  brand: TestBrand,
  body: object = {},
  headers: Record<string, string> = {},
): Promise<Reply> {
  return service.call(provisionLicenses, {
    apiKey: brand.apiKey,
    headers,
    body: { customer_email: newEmail(), ...('bundle' in body ? {} : { products: ['wp-rocket'] }), ...body },
  });
}

/** A purchase that must succeed. */
export async function purchase(service: Service, brand: TestBrand, body: object = {}): Promise<ProvisionAnswer> {
  const reply = await requestPurchase(service, brand, body);
  if (reply.status >= 300) throw new Error(`expected a purchase, got ${reply.status}: ${reply.text}`);
  return reply.body as ProvisionAnswer;
}

export const firstOf = <T>(list: readonly T[]): T => {
  const [first] = list;
  if (first === undefined) throw new Error('the list is empty');
  return first;
};

/** The fields that a plugin sends. */
export type Site = { license_key: string; product?: string; instance_identifier: string; instance_type?: string };

type More = { headers?: Record<string, string>; body?: object };
export const activate = (service: Service, site: Site, { headers = {}, body = {} }: More = {}): Promise<Reply> =>
  service.call(activateLicense, { headers, body: { ...site, ...body } });
export const deactivate = (service: Service, site: Site, { headers = {}, body = {} }: More = {}): Promise<Reply> =>
  service.call(deactivateLicense, { headers, body: { ...site, ...body } });
export const check = (service: Service, site: Site): Promise<Reply> => service.call(checkLicense, { query: site });

/** A verdict of a check that must succeed. */
export async function verdict(service: Service, site: Site): Promise<CheckAnswer> {
  const reply = await check(service, site);
  if (reply.status !== 200) throw new Error(`expected a verdict, got ${reply.status}: ${reply.text}`);
  return reply.body as CheckAnswer;
}

/** Retries while the service is busy, as a client should; gives up after many tries. */
export async function untilAnswered(send: () => Promise<Reply>): Promise<{ reply: Reply; busy: number }> {
  for (let busy = 0; busy < 50; busy += 1) {
    const reply = await send();
    if (reply.status !== 503) return { reply, busy };
    if (reply.headers['retry-after'] === undefined) throw new Error('a 503 without Retry-After');
  }
  throw new Error('busy for ever');
}
