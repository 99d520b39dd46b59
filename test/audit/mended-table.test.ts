import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { mendTable } from '../../bin/admin/mend-table.ts';
import { activateLicense } from '../../lib/api/activate.ts';
import { listLicenseEvents } from '../../lib/api/events.ts';
import { updateLicense } from '../../lib/api/licenses.ts';
import { recount } from '../../lib/relay/recount.ts';
import { countKeys, keys } from '../../lib/table/keys.ts';
import { engineEndpoint } from '../support/run/engine-endpoint.ts';
import { useWorld } from '../support/service/started-service.ts';
import { SITE } from '../support/service/fresh-targets.ts';
import { journalIn, overwrite, upTo, wholeTable, type StoredItem } from '../support/table/whole-table.ts';

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

/** The world has a delivery of an event that never happened. */
const ofLicenses = ({ left }: Pick<Awaited<ReturnType<typeof mend>>, 'left'>) =>
  left.filter(({ rule }) => !rule.startsWith('delivery-'));

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

describe('entries of a history that did not arrive', () => {
  let seq = 0;
  const historyOf = async (id: unknown) =>
    journalIn(await wholeTable(world)).filter(
      ({ entity, brand }) => entity.id === id && brand === world.shop.key_prefix,
    );

  test('are written, so that the history tells the whole license and nothing waits for them', async () => {
    const license = await licenseItem();
    const params = { license_id: String(license['id']) };
    await world.call(updateLicense, { apiKey: world.shop.apiKey, params, body: { max_seats: 50 } });
    await activate('https://hole.example.com');
    await activate('https://end.example.com');
    const before = await licenseItem();
    seq = Number(before['seq']);
    // The change of the limit, an activation after it, and the newest one.
    for (const lost of [seq - 2, seq - 1, seq])
      await world.documents.send(
        new DeleteCommand({
          TableName: world.tableName,
          Key: keys.journal(world.shop.key_prefix, params.license_id, lost),
        }),
      );

    const mended = await mend();
    expect(mended.licenses).toMatchObject({ mended: 1 });
    expect(ofLicenses(mended)).toEqual([]);
    expect(await licenseItem()).toEqual(before);
    const history = await historyOf(before['id']);
    expect(history.map((entry) => entry.seq)).toEqual(upTo(seq));
    const filled = history.filter(({ actor }) => actor.id === 'failover').slice(-3);
    expect(filled.map((entry) => entry.after)).toEqual([
      { seat_limit: 50, seats_used: expect.any(Number), activations_added: 2 },
      {},
      {},
    ]);
  });

  test('are left out by a recount, which counts the rest and names them', async () => {
    const brand = world.shop.key_prefix;
    const { id } = await licenseItem();
    for (const lost of [1, seq - 1])
      await world.documents.send(
        new DeleteCommand({ TableName: world.tableName, Key: keys.journal(brand, String(id), lost) }),
      );
    const { gaps } = await recount({
      brands: [brand],
      open: (owner) => world.table(owner),
      pages: async function* () {
        yield await wholeTable(world);
      },
      random: () => 0.5,
      logger: { error: () => undefined },
    });
    expect([...gaps]).toEqual([[id, new Set([1, seq - 1])]]);
    const mark = (await wholeTable(world)).find(({ pk }) => pk === countKeys.mark(brand, String(id), 2).pk);
    expect(mark).toMatchObject({ seq });
  });
});

test('a license whose activations have no number is mended, beside one that cannot be read', async () => {
  const license = await licenseItem();
  const seats = (await wholeTable(world)).filter(({ pk, sk }) => pk === license.pk && sk.startsWith('seat#'));
  for (const seat of seats) await overwrite(world, seat, { seq: undefined });
  const broken = { pk: license.pk.replace(/#[^#]+$/, '#broken'), sk: 'license', id: 'broken', seq: 'many' };
  await overwrite(world, broken, {});
  await overwrite(world, license, { seats_used: 1 });
  const { licenses, left } = await mend();
  expect(licenses).toMatchObject({ mended: 1 });
  expect(ofLicenses({ left: left.filter(({ pk, rule }) => pk === license.pk && rule !== 'license-counted') })).toEqual(
    [],
  );
  expect(left).toContainEqual(expect.objectContaining({ rule: 'mend-failed', pk: broken.pk }));
  await world.documents.send(new DeleteCommand({ TableName: world.tableName, Key: { pk: broken.pk, sk: broken.sk } }));
});

test('a table that is whole is left as it is', async () => {
  const before = await wholeTable(world);
  const { licenses } = await mend();
  expect(licenses.mended).toBe(0);
  expect(await wholeTable(world)).toEqual(before);
  expect((await activate(SITE)).status).toBe(200);
});
