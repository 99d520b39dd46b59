import { getLicense, listLicenses, updateLicense } from '../../../lib/api/licenses.ts';
import { listLicenseEvents } from '../../../lib/api/events.ts';
import type { LicenseEntry } from '../../../lib/api/schemas/license.ts';
import type { EventEntry } from '../../../lib/api/schemas/event.ts';
import {
  cancelLicense,
  renewLicense,
  resumeLicense,
  suspendLicense,
  transferLicense,
} from '../../../lib/api/license-lifecycle.ts';
import { getLicenseKey, rotateLicenseKey } from '../../../lib/api/license-keys.ts';
import type { Route } from '../../../lib/api/route.ts';
import type { FaultProxy } from '../table/fault-proxy.ts';
import { firstOf, newEmail, purchase, type Site } from './purchases.ts';
import type { Reply, Service, TestBrand } from './service.ts';

type Headers = Record<string, string>;
type OnLicense = (licenseId: string, body?: object, headers?: Headers) => Promise<Reply>;

/** A brand's back office with its changes of licenses, and a customer's purchase. */
export type BackOffice = Record<'renew' | 'suspend' | 'resume' | 'cancel' | 'change' | 'transfer', OnLicense> & {
  get: (licenseId: string, query?: Record<string, string>) => Promise<Reply>;
  rotate: (keyId: string, body?: object, headers?: Headers) => Promise<Reply>;
  key: (keyId: string) => Promise<Reply>;
  /** Ids of the licenses found by an e-mail. */
  found: (email: string) => Promise<string[]>;
  /** All changes, oldest first. */
  history: (licenseId: string) => Promise<EventEntry[]>;
  buy: (body?: object) => Promise<Bought>;
};

/** One license of the brand's first product, its key, and the fields by which a plugin names it. */
export type Bought = { id: string; keyId: string; key: string; email: string; site: (name: string) => Site };

export function openBackOffice(service: Service, { apiKey, ...brand }: TestBrand): BackOffice {
  const on =
    (route: Route): OnLicense =>
    (license_id, body = {}, headers = {}) =>
      service.call(route, { apiKey, params: { license_id }, body, headers });
  return {
    renew: on(renewLicense),
    suspend: on(suspendLicense),
    resume: on(resumeLicense),
    cancel: on(cancelLicense),
    change: on(updateLicense),
    transfer: on(transferLicense),
    get: (license_id, query = {}) => service.call(getLicense, { apiKey, params: { license_id }, query }),
    rotate: (license_key_id, body = {}, headers = {}) =>
      service.call(rotateLicenseKey, { apiKey, params: { license_key_id }, body, headers }),
    key: (license_key_id) => service.call(getLicenseKey, { apiKey, params: { license_key_id } }),
    async found(email) {
      const { body } = await service.call(listLicenses, { apiKey, query: { email } });
      return (body['licenses'] as LicenseEntry[]).map(({ id }) => id);
    },
    async history(license_id) {
      const { body } = await service.call(listLicenseEvents, {
        apiKey,
        params: { license_id },
        query: { after: '0', limit: '100' },
      });
      return body['events'] as EventEntry[];
    },
    async buy(body = {}) {
      const email = newEmail();
      const { license_key, licenses } = await purchase(
        service,
        { apiKey, ...brand },
        { customer_email: email, ...body },
      );
      const { id, product_slug: product } = firstOf(licenses);
      const site = (name: string): Site => ({
        license_key: license_key.key,
        product,
        instance_identifier: `https://${name}.example.com`,
      });
      return { id, keyId: license_key.id, key: license_key.key, email: license_key.customer_email, site };
    },
  };
}

/** Types of changes, in order. */
export const typesOf = (events: readonly EventEntry[]): string[] => events.map(({ type }) => type);

/** Sends many at once and waits for all. */
export const atOnce = <T>(count: number, send: (i: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, i) => send(i)));

/**
 * The requests to the table since the proxy was last reset, without those of every call: authentication and rate
 * limits.
 */
export const ownRequests = ({ asked }: Pick<FaultProxy, 'asked'>): string[] =>
  asked
    .filter(
      ({ operation, input }) =>
        operation === 'TransactWriteItems' || !/#(?:api-key|rate)#|@platform#data-key/.test(JSON.stringify(input)),
    )
    .map(({ operation }) => operation);
