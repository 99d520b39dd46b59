import { describe, expect, test } from '@jest/globals';
import { newLicenseKey } from '../../lib/process/new-credentials.ts';
import { activateLicense } from '../../lib/api/activate.ts';
import { checkLicense, checkLicenseByPost } from '../../lib/api/check.ts';
import { deactivateLicense } from '../../lib/api/deactivate.ts';
import type { Reply } from '../support/service/service.ts';
import { fingerprint } from '../support/table/fingerprint.ts';
import { SITE } from '../support/service/fresh-targets.ts';
import { bytesOf, pointersOf } from '../support/service/world.ts';
import { useWorld } from '../support/service/started-service.ts';

const world = useWorld();

async function refusedAt(pointers: string[], reply: Promise<Reply>, value: unknown): Promise<void> {
  const { status, body } = await reply;
  const found = ((body['errors'] ?? []) as { pointer: string }[]).map(({ pointer }) => pointer);
  expect({ value, status, code: body['code'], pointers: found }).toEqual({
    value,
    status: 400,
    code: 'bad_request',
    pointers,
  });
}

describe('the input of a plugin', () => {
  const routes = [activateLicense, checkLicenseByPost, deactivateLicense];
  const site = (fields: object = {}): Record<string, unknown> => ({
    license_key: world.licenseKey,
    product: 'wp-rocket',
    instance_identifier: SITE,
    ...fields,
  });

  test.each(routes)(
    'is refused with the field’s name if the instance is malformed or has 10 KB, and nothing is written',
    async (route) => {
      const before = await fingerprint(world);
      for (const instance_identifier of [
        `https://example.com/${'a'.repeat(10_240)}`,
        'a'.repeat(10_240),
        'https://',
        'ftp://a.b',
        'not a site',
        'https://a b.com',
        ' ',
      ]) {
        await refusedAt(
          ['/instance_identifier'],
          world.call(route, { body: site({ instance_identifier }) }),
          instance_identifier.slice(0, 30),
        );
      }
      await refusedAt(
        ['/instance_identifier'],
        world.call(route, { body: site({ instance_type: 'hostname' }) }),
        'a URL as hostname',
      );
      await refusedAt(['/instance_type'], world.call(route, { body: site({ instance_type: 'URL' }) }), 'URL');
      expect(await fingerprint(world)).toBe(before);
    },
  );

  test('distinguishes a hostname, a machine id and a URL with the same text', async () => {
    const call = { license_key: world.licenseKey, product: 'wp-rocket' };
    const ids = new Set<unknown>();
    for (const [instance_type, instance_identifier] of [
      ['hostname', 'Web-7.example.com.'],
      ['machine_id', 'web-7.example.com'],
      ['url', 'web-7.example.com'],
    ]) {
      const reply = await world.call(activateLicense, { body: { ...call, instance_type, instance_identifier } });
      expect(reply.status).toBe(201);
      ids.add(reply.body['activation_id']);
    }
    expect(ids.size).toBe(3);
  });

  test.each([activateLicense, checkLicense, checkLicenseByPost, deactivateLicense])(
    'with a mistyped key gets byte for byte the answer for an unknown key, and changes no item',
    async (route) => {
      const ask = (license_key: string): Promise<Reply> => {
        const fields = { license_key, product: 'wp-rocket', instance_identifier: SITE };
        return world.call(route, route.method === 'GET' ? { query: fields } : { body: fields });
      };
      const before = await fingerprint(world);
      const unknown = bytesOf(await ask(newLicenseKey(world.shop.key_prefix)));
      expect(unknown).toMatch(/^404 .*"license_key_not_found"/);
      const place = world.shop.key_prefix.length + 1;
      for (const at of [place, place + 5, place + 11, world.licenseKey.length - 1]) {
        const letter = world.licenseKey.charAt(at) === 'X' ? 'Y' : 'X';
        expect(bytesOf(await ask(world.licenseKey.slice(0, at) + letter + world.licenseKey.slice(at + 1)))).toBe(
          unknown,
        );
      }
      for (const key of ['x', 'per_customer', 'WPR-', '@platform#brands', '☃'.repeat(80)])
        expect(bytesOf(await ask(key))).toBe(unknown);
      expect(await fingerprint(world)).toBe(before);
      expect(pointersOf(await ask(' '))).toEqual([route.method === 'GET' ? '?license_key' : '/license_key']);
    },
  );
});
