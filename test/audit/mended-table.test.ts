import { expect, test } from '@jest/globals';
import { mendTable } from '../../bin/admin/mend-table.ts';
import { activateLicense } from '../../lib/api/activate.ts';
import { listLicenseEvents } from '../../lib/api/events.ts';
import { engineEndpoint } from '../support/run/engine-endpoint.ts';
import { useWorld } from '../support/service/started-service.ts';
import { SITE } from '../support/service/fresh-targets.ts';
import { overwrite, wholeTable, type StoredItem } from '../support/table/whole-table.ts';

const world = useWorld();

const mend = () =>
  mendTable(
    { TABLE_NAME: world.tableName, DYNAMODB_ENDPOINT: engineEndpoint(), AWS_REGION: 'eu-west-1' },
    { segments: 3, onProgress: () => undefined },
  );
const licenseItem = async (): Promise<StoredItem> => {
  const found = (await wholeTable(world)).find(({ sk, id }) => sk === 'license' && id === world.ids['license_id']);
  if (found === undefined) throw new Error('nothing was sold');
  return found;
};
const activate = (site: string) =>
  world.call(activateLicense, {
    body: { license_key: world.licenseKey, product: 'wp-rocket', instance_identifier: site },
  });

test('a license that did not arrive with its activation and entry is mended, and its history says so', async () => {
  const before = await licenseItem();
  expect((await activate('https://late.example.com')).status).toBe(201);
  // The activation and its journal entry are there, and the license is as it was: a change would meet that entry.
  await overwrite(world, before, {});

  const mended = await mend();
  expect(mended.violations).toBeGreaterThan(0);
  expect(mended.licenses).toEqual({ whole: 0, mended: 1, gone: 0 });
  const after = await licenseItem();
  expect(Number(after['seats_used'])).toBe(Number(before['seats_used']) + 1);
  expect(mended.left.filter(({ rule }) => rule.startsWith('seat-') || rule.startsWith('license-'))).toEqual([]);

  const params = { license_id: world.ids['license_id'] ?? '' };
  const { body } = await world.call(listLicenseEvents, { apiKey: world.shop.apiKey, params });
  const [newest] = body['events'] as Record<string, unknown>[];
  expect(newest).toMatchObject({
    type: 'license.updated',
    actor: { type: 'system', id: 'failover' },
    reason: expect.stringContaining('failover'),
  });
  expect((await activate('https://next.example.com')).status).toBe(201);
});

test('a table that is whole is left as it is', async () => {
  const before = await wholeTable(world);
  const { licenses } = await mend();
  expect(licenses.mended).toBe(0);
  expect(await wholeTable(world)).toEqual(before);
  expect((await activate(SITE)).status).toBe(200);
});
