import { createHmac } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { newLicenseKey, newApiKey } from '../../lib/process/new-credentials.ts';
import { listLicenses } from '../../lib/api/licenses.ts';
import { activateLicense } from '../../lib/api/activate.ts';
import { checkLicenseByPost } from '../../lib/api/check.ts';
import { deactivateLicense } from '../../lib/api/deactivate.ts';
import type { Route } from '../../lib/api/route.ts';
import { bodyFields, withValue } from '../support/inputs/json-fields.ts';
import { plainSchema } from '../support/inputs/plain-schema.ts';
import type { Reply } from '../support/service/service.ts';
import { wholeTable } from '../support/table/whole-table.ts';
import { SITE } from '../support/service/fresh-targets.ts';
import { freshCall, hasBody, rows, validCall } from '../support/service/world.ts';
import { useWorld } from '../support/service/started-service.ts';

const mark = (text: string): string => createHmac('sha256', 'test').update(text).digest('base64url');
let credentials: string[];
const world = useWorld();
beforeAll(() => {
  credentials = [newLicenseKey(world.shop.key_prefix), newApiKey(world.shop.key_prefix, mark)];
});

const telling = (text: string): string => text.slice(-16);

/** True if callers need a credential and can send fields, besides the parameters of the path. */
const hasFields = (route: Route): boolean => route.auth !== 'none' && bodyFields(route).length > 0;

function expectUntold({ text, headers }: Reply, what: unknown): void {
  const announced = credentials.filter((secret) => `${text}${JSON.stringify(headers)}`.includes(telling(secret)));
  expect({ announced, what }).toEqual({ announced: [], what });
}

describe('a license key or an API key in the text of a request', () => {
  test.each(rows((route) => hasBody(route) && hasFields(route)))(
    'is neither stored nor repeated by %s, in any field',
    async (_, route) => {
      const call = await freshCall(route, world);
      for (const { path } of bodyFields(route)) {
        for (const secret of credentials) {
          const reply = await world.call(route, { ...call, body: withValue(call.body, path, `for ${secret}`) });
          expectUntold(reply, path);
        }
      }
    },
  );

  test.each(rows((route) => !hasBody(route) && hasFields(route)))(
    'is not repeated by %s, in any query parameter',
    async (_, route) => {
      const call = validCall(route, world);
      for (const { path } of bodyFields(route))
        for (const secret of credentials)
          expectUntold(await world.call(route, { ...call, query: { ...call.query, [String(path[0])]: secret } }), path);
    },
  );

  test('is refused by its field’s name, or by the object if it is a property name', async () => {
    const [key = '', apiKey = ''] = credentials;
    const suspend = rows(({ operation }) => operation === 'suspend_license')[0]?.[1];
    const provision = rows(({ operation }) => operation === 'provision_licenses')[0]?.[1];
    if (suspend === undefined || provision === undefined) throw new Error('the routes are not there');
    const refused = async (route: typeof suspend, body: object): Promise<unknown> => {
      const call = validCall(route, world);
      const reply = await world.call(route, { ...call, body: { ...call.body, ...body } });
      return {
        status: reply.status,
        places: (reply.body['errors'] as { pointer: string }[]).map(({ pointer }) => pointer),
      };
    };
    expect(await refused(suspend, { reason: `asked for ${key}` })).toEqual({ status: 400, places: ['/reason'] });
    expect(
      await refused(provision, { external_id: apiKey, metadata: { plan: `on ${key.replaceAll('-', '')}` } }),
    ).toEqual({
      status: 400,
      places: ['/external_id', '/metadata/plan'],
    });
    expect(await refused(provision, { metadata: { [key]: 'a' } })).toEqual({ status: 400, places: ['/metadata'] });
    expect(await refused(provision, { products: ['wp-rocket', key] })).toEqual({
      status: 400,
      places: ['/products/1'],
    });
    const list = await world.call(listLicenses, { apiKey: world.shop.apiKey, query: { product: key } });
    expect(list.body['errors']).toEqual([expect.objectContaining({ pointer: '?product' })]);
  });

  test('is refused in a plugin’s instance and metadata, even if it is the plugin’s own key', async () => {
    const call = { license_key: world.licenseKey, product: 'wp-rocket', instance_identifier: SITE };
    const bare = world.licenseKey.replaceAll('-', '').toLowerCase();
    for (const route of [activateLicense, checkLicenseByPost, deactivateLicense])
      for (const [instance_type, instance_identifier] of [
        ['machine_id', world.licenseKey],
        ['machine_id', `machine ${bare}`],
        ['hostname', bare],
        ['url', `https://shop.example/${world.licenseKey}/`],
      ]) {
        const reply = await world.call(route, { body: { ...call, instance_type, instance_identifier } });
        expect(reply).toMatchObject({ status: 400, body: { errors: [{ pointer: '/instance_identifier' }] } });
        expect(reply.text.toLowerCase()).not.toContain(world.licenseKey.slice(-4).toLowerCase());
      }
    for (const metadata of [{ key: world.licenseKey }, { [bare]: 'a' }, { api: world.shop.apiKey }])
      expect(await world.call(activateLicense, { body: { ...call, metadata } })).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: '/metadata' }] },
      });
    const inQuery = { ...call, instance_identifier: `https://in-query.example/?key=${world.licenseKey}` };
    expect((await world.call(activateLicense, { body: inQuery })).status).toBe(201);
  });

  test('is refused in a plugin’s instance, and so is a webhook secret', async () => {
    const call = { license_key: world.licenseKey, product: 'wp-rocket' };
    const { apiKey } = world.shop;
    const secrets = [apiKey, world.platformKey, world.webhookSecret, apiKey.replaceAll('_', '%5F')];
    const takesInstance = (route: Route): boolean =>
      'instance_identifier' in (plainSchema(route.input, 'input').properties ?? {});
    for (const route of rows((one) => one.auth === 'license_key' && takesInstance(one)).map(([, one]) => one))
      for (const secret of secrets)
        for (const [instance_type, instance_identifier] of [
          ['machine_id', `machine ${secret}`],
          ['url', `https://shop.example/${secret}/`],
        ] as const) {
          if (instance_type === 'machine_id' && secret.includes('%')) continue;
          const fields = { ...call, instance_type, instance_identifier };
          const reply = await world.call(route, hasBody(route) ? { body: fields } : { query: fields });
          const pointer = hasBody(route) ? '/instance_identifier' : '?instance_identifier';
          expect(reply).toMatchObject({ status: 400 });
          expect(reply.body['errors']).toContainEqual(expect.objectContaining({ pointer }));
          expect(reply.text).not.toContain(secret.slice(-8));
        }
    expect(JSON.stringify(await wholeTable(world))).not.toContain(apiKey.slice(-32));
  });

  test('is not in the table after the tests above', async () => {
    const stored = JSON.stringify(await wholeTable(world)).toUpperCase();
    for (const secret of [...credentials, world.licenseKey]) {
      expect(stored).not.toContain(telling(secret).toUpperCase());
      expect(stored).not.toContain(secret.replaceAll('-', '').slice(-16).toUpperCase());
    }
  });
});
