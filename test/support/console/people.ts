import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import type { TestBrand } from '../service/service.ts';
import { consoleEnvironment, openBrowser, type Browser, type Page } from './browser.ts';
import { startStandInProvider, type StandInProvider } from './stand-in-provider.ts';

/** Two people of a brand, signed in before each test, because tests move the clock. */
export type People = { provider: StandInProvider; support: Browser; admin: Browser };

export function usePeople(of: { brand: TestBrand }): People & { renew: () => Promise<void> } {
  const people = {
    renew: async () => {
      people.support = openBrowser(people.provider);
      people.admin = openBrowser(people.provider);
      await people.support.signIn({ sub: 'sam', name: 'Sam', groups: [`support-${of.brand.slug}`] });
      await people.admin.signIn({ sub: 'bea', name: 'Bea', groups: [`admins-${of.brand.slug}`] });
    },
  } as People & { renew: () => Promise<void> };
  beforeAll(async () => {
    people.provider = await startStandInProvider();
    Object.assign(process.env, consoleEnvironment(people.provider.issuer));
  });
  afterAll(() => people.provider.stop());
  beforeEach(() => people.renew());
  return people;
}

/** The reason that forms of tests have. */
export const REASON = 'ticket 7';

export const act = (browser: Browser, address: string, fields: Record<string, string> = {}): Promise<Page> =>
  browser.post(`/console/${address}`, { reason: REASON, ...fields });

/** Pastes a text into the box, and follows to the page of what is found. */
export async function find(browser: Browser, q: string): Promise<Page> {
  const found = await browser.post('/console/find', { q });
  return found.location === undefined ? found : browser.get(found.location);
}

/** The text of a page, as a person reads it. */
export const textIn = ({ html }: Page): string =>
  html
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll(/\s+/g, ' ');
