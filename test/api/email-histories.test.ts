import { describe, expect, test } from '@jest/globals';
import {
  findsWhatIsTheirs,
  newStory,
  slotFaults,
  takeStep,
  type Deed,
  type Story,
} from '../support/service/email-history.ts';
import { newEmail, purchase } from '../support/service/purchases.ts';
import { upTo, wholeTable } from '../support/table/whole-table.ts';
import { useBrand, useBackOffice, useService } from '../support/service/started-service.ts';

const service = useService();
const brand = useBrand(service);
const backOffice = useBackOffice(service, brand);

const emails = (count: number): string[] => upTo(count).map(newEmail);
const steps = (customers: number, licenses: number, count: number): Deed[] =>
  upTo(count)
    .map((n) => n - 1)
    .flatMap((email): Deed[] => [
      { do: 'buy', email },
      { do: 'erase', email },
      ...upTo(customers).map((n): Deed => ({ do: 'change', customer: n - 1, email })),
      ...upTo(licenses).map((n): Deed => ({ do: 'transfer', license: n - 1, email })),
    ]);

/** Runs the steps in order; returns the differences, with the steps that led to them. */
async function tell(story: Story, taken: readonly Deed[]): Promise<string[]> {
  const faults: string[] = [];
  for (const step of taken) faults.push(...(await takeStep(service, brand, story, step)));
  faults.push(...(await findsWhatIsTheirs(backOffice, story)));
  return faults.map((fault) => `${fault} after ${JSON.stringify(taken)}`);
}

async function tellAll(stories: readonly (() => Promise<string[]>)[]): Promise<string[]> {
  const faults: string[] = [];
  for (let from = 0; from < stories.length; from += 8)
    faults.push(...(await Promise.all(stories.slice(from, from + 8).map((story) => story()))).flat());
  return faults;
}

/** Pseudo-random numbers, the same in each run. */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

describe('the customer of an e-mail', () => {
  test('is a new one if a license is transferred to an e-mail that its holder gave up', async () => {
    for (const keep_activations of [true, false]) {
      const story = newStory(emails(2));
      const start: Deed[] = [
        { do: 'buy', email: 0 },
        { do: 'change', customer: 0, email: 1 },
      ];
      expect(await tell(story, start)).toEqual([]);
      const { id = '' } = story.licenses[0] ?? {};
      const reply = await backOffice.transfer(id, { customer_email: story.emails[0], keep_activations });
      expect(reply).toMatchObject({ status: 200, body: { license_key: { customer_email: story.emails[0] } } });
      expect(reply.body['customer_id']).not.toBe(story.customers[0]);
      expect(await backOffice.found(story.emails[0] ?? '')).toEqual([id]);
      expect(await backOffice.found(story.emails[1] ?? '')).toEqual([]);
    }
  });

  test('is at most one live customer after any three steps with one person and two e-mails', async () => {
    const each = steps(1, 1, 2);
    // After a purchase with the first e-mail, only these steps change its owner. A repeated step changes nothing.
    const first = each.filter((step) => step.do !== 'buy' && (step.do === 'erase') === (step.email === 0));
    const others = (than: Deed): Deed[] => each.filter((step) => step !== than);
    const stories = first.flatMap((a) => others(a).flatMap((b) => others(b).map((c) => [a, b, c])));
    const faults = await tellAll(
      stories.map((taken) => () => tell(newStory(emails(2)), [{ do: 'buy', email: 0 }, ...taken])),
    );
    expect(faults).toEqual([]);
    expect(slotFaults(await wholeTable(service))).toEqual([]);
  }, 300_000);

  test('is at most one live customer after long random histories of three people and three e-mails', async () => {
    const each = steps(3, 3, 3);
    const faults = await tellAll(
      upTo(10).map((seed) => () => {
        const next = chance(seed);
        const taken = upTo(10).map(() => each[next(each.length)] ?? { do: 'buy', email: 0 });
        return tell(newStory(emails(3)), [{ do: 'buy', email: 0 }, { do: 'buy', email: 1 }, ...taken] as Deed[]);
      }),
    );
    expect(faults).toEqual([]);
    expect(slotFaults(await wholeTable(service))).toEqual([]);
  }, 300_000);

  test('gets a new license and the renewal of one that changed its product, in one purchase', async () => {
    const customer_email = newEmail();
    const first = await purchase(service, brand, { customer_email, duration: 'P1Y' });
    const id = first.licenses[0]?.id ?? '';
    expect((await backOffice.change(id, { product: 'imagify' })).status).toBe(200);
    const second = await purchase(service, brand, {
      customer_email,
      products: ['wp-rocket', 'imagify'],
      duration: 'P1Y',
      if_held: 'renew',
    });
    expect(second.license_key.id).toBe(first.license_key.id);
    expect(second.licenses.map(({ product_slug }) => product_slug)).toEqual(['wp-rocket', 'imagify']);
    expect(second.licenses[1]?.id).toBe(id);
  });
});
