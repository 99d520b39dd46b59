import { newLicenseKey } from '../../../lib/process/new-credentials.ts';
import { DAY_MS } from '../../../lib/domain/time.ts';
import { moveClock } from '../run/clock.ts';
import { encode, send } from '../edd/edd-client.ts';
import type { BackOffice } from './back-office.ts';
import { findToken } from './furnishings.ts';
import { byOperation, type Call, type TestBrand } from './service.ts';
import type { World } from './world.ts';

/** Asks for updates without a key, with one of nobody and with a good one, and follows a link. */
export async function askForUpdates(world: World): Promise<void> {
  const call = (operation: string, request: Call) => world.call(byOperation(operation), request);
  const { slug: brand, key_prefix } = world.shop;
  const nobodys = newLicenseKey(key_prefix);
  const site = 'https://updates.example.com';
  await call('latest_release_by_post', { body: { brand, product: 'wp-rocket' } });
  await call('latest_release_by_post', { body: { license_key: nobodys, product: 'wp-rocket' } });
  for (const license_key of [nobodys, world.licenseKey]) {
    const query = { license_key, site };
    await call('plugin_update', { params: { brand, file: 'wp-rocket.json' }, query });
    const token = await findToken(world, world.shop, license_key);
    if (token !== undefined) await call('download_package', { params: { token } });
  }
}

/** Calls of Easy Digital Downloads' clients, in both functions that answer them. */
export async function askAsEddClients(backOffice: BackOffice, shop: TestBrand): Promise<void> {
  const { key } = await backOffice.buy({ max_seats: 1 });
  // Both functions share a container here, which remembers the brand.
  await send({ path: '/edd/nobody/', form: encode({ edd_action: 'check_license', license: key }) });
  for (const path of [`/edd/${shop.slug}`, `/edd/${shop.slug}/`]) {
    for (const [edd_action, license] of [
      ...(['activate_license', 'check_license', 'get_version', 'deactivate_license'] as const).map((one) => [one, key]),
      ['check_license', newLicenseKey(shop.key_prefix)],
    ] as const) {
      moveClock(2 * DAY_MS);
      const form = encode({ edd_action, license, item_name: 'wp-rocket', url: `https://${path.length}.example` });
      await send({ path, form });
    }
    for (const url of ['https://more.example', 'https://too-many.example'])
      await send({ path, form: encode({ edd_action: 'activate_license', license: key, url }) });
  }
}
