import { CanarySeat, tryService } from '../../lib/commands/try-service.ts';
import type { SecretStore } from '../../lib/process/secrets.ts';
import { deadline } from '../../lib/process/timers.ts';
import type { Client } from './client.ts';
import { closeShop, openShop } from './shop.ts';

const WITHIN_MS = 30_000;

export type Furnished = 'kept' | 'bought';

/** Gives the canary a license of the smoke brand, unless the one that it has works. */
export async function furnishCanary(
  client: Client,
  { adminKey, stage, secret }: { adminKey: string; stage: string; secret: SecretStore },
): Promise<Furnished> {
  if (await works(client.baseUrl, secret)) return 'kept';
  const shop = await openShop(client, adminKey, stage);
  const bought = await client.call({
    method: 'POST',
    path: '/api/v1/brand/licenses/provision',
    key: shop.key,
    body: {
      customer_email: `canary-${stage}@example.com`,
      products: [shop.product],
      max_seats: 1,
      expiration_date: null,
      license_key: 'new',
    },
    expected: 201,
  });
  await closeShop(client, shop);
  const { license_key: made } = bought as { license_key: { key: string } };
  const seat: CanarySeat = { license_key: made.key, product: shop.product };
  await tryService({ baseUrl: client.baseUrl, stop: deadline(WITHIN_MS) }, seat);
  await secret.write(JSON.stringify(seat), deadline(WITHIN_MS));
  return 'bought';
}

async function works(baseUrl: string, secret: SecretStore): Promise<boolean> {
  try {
    const text = (await secret.read(deadline(WITHIN_MS))).toString('utf8');
    await tryService({ baseUrl, stop: deadline(WITHIN_MS) }, CanarySeat.parse(JSON.parse(text)));
    return true;
  } catch {
    return false;
  }
}
