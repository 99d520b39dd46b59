import { sleep } from '../../lib/process/timers.ts';
import { provisionLicenses } from '../../lib/api/licenses.ts';
import { activateLicense } from '../../lib/api/activate.ts';
import type { Gateway } from '../gateway.ts';
import { seed, type Store } from '../seed.ts';

/** Demo brands, and licenses sold and activated on a site each, by the service's own routes. */
export async function sellSome(gateway: Gateway, store: Store, licenses: number): Promise<void> {
  const { brands } = await seed(gateway, store, { baseUrl: 'http://localhost', rootKeys: [] });
  for (let i = 0; i < licenses; i += 1) {
    const { api_key, products } = brands[i % brands.length] ?? { api_key: '', products: [] };
    const product = products[0]?.slug;
    const sale = {
      customer_email: `customer-${i % 20}@example.com`,
      products: [product],
      license_key: 'new',
      external_id: `order-${i}`,
    };
    const sold = await post(gateway, provisionLicenses.path, sale, [['x-api-key', api_key]]);
    const { key } = sold['license_key'] as { key: string };
    await post(gateway, activateLicense.path, {
      license_key: key,
      product,
      instance_identifier: `https://site-${i}.example.com`,
    });
  }
}

async function post(
  gateway: Gateway,
  target: string,
  body: object,
  more: [string, string][] = [],
): Promise<Record<string, unknown>> {
  const headers: [string, string][] = [['host', 'localhost'], ['content-type', 'application/json'], ...more];
  const answer = await gateway({
    method: 'POST',
    target,
    headers,
    body: Buffer.from(JSON.stringify(body)),
    sourceIp: '127.0.0.1',
  });
  if (answer.statusCode === 429) {
    await sleep(1_000 * Number(answer.headers['retry-after']));
    return post(gateway, target, body, more);
  }
  if (answer.statusCode >= 300)
    throw new Error(`The demo data cannot be made: ${target} answered ${answer.body.toString()}`);
  return JSON.parse(answer.body.toString()) as Record<string, unknown>;
}
