import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { CloudFrontResponseEvent, CloudFrontResultResponse } from 'aws-lambda';
import { handler as atEdge } from '../../functions/edd-at-edge.ts';
import { checkLicense } from '../../lib/api/check.ts';
import { listLicenses } from '../../lib/api/licenses.ts';
import { adminCreateApiKey } from '../../lib/api/api-keys.ts';
import { useWorld } from '../support/service/started-service.ts';

const [SECRET, BEFORE] = ['a'.repeat(48), 'b'.repeat(48)];
const EDGE_IP = '198.51.100.1';
const world = useWorld();
const through = (forwarded: string, secret = SECRET) => ({
  sourceIp: EDGE_IP,
  headers: {
    'x-origin-secret': secret,
    'x-public-host': 'licenses.example.com',
    'x-forwarded-for': `${forwarded}, ${EDGE_IP}`,
  },
});

describe('behind an edge', () => {
  const environment = process.env['ORIGIN_SECRETS'];
  beforeEach(() => {
    process.env['ORIGIN_SECRETS'] = `${SECRET},${BEFORE}`;
  });
  afterAll(() => {
    if (environment === undefined) delete process.env['ORIGIN_SECRETS'];
    else process.env['ORIGIN_SECRETS'] = environment;
  });
  const checking = () => ({ query: { license_key: world.licenseKey, product: 'wp-rocket' } });

  test.each([
    ['without its secret', { headers: {} }],
    ['with another secret', through('203.0.113.7', 'c'.repeat(48))],
    ['with a part of it', through('203.0.113.7', SECRET.slice(1))],
  ])('a call %s is refused before anything is read', async (_, sent) => {
    const refused = world.call(checkLicense, { ...checking(), ...sent });
    await expect(refused).rejects.toThrow('answers undefined, which is not among its refusals');
  });

  test.each([SECRET, BEFORE])('a call with a secret in use is answered as without an edge: %s', async (secret) => {
    const { status, body } = await world.call(checkLicense, { ...checking(), ...through('203.0.113.7', secret) });
    expect({ status, code: body['code'] }).toMatchObject({ status: 200, code: expect.any(String) });
  });

  describe('an API key with allowed addresses', () => {
    let apiKey: string;
    beforeAll(async () => {
      delete process.env['ORIGIN_SECRETS'];
      const made = await world.call(adminCreateApiKey, {
        apiKey: world.platformKey,
        params: { brand_id: world.shop.id },
        body: { name: 'Office', allowed_cidrs: ['203.0.113.0/24'] },
      });
      apiKey = String(made.body['api_key']);
    });
    const list = (sent: ReturnType<typeof through> | { sourceIp: string; headers: object }) =>
      world.call(listLicenses, { apiKey, query: { email: world.email }, ...(sent as ReturnType<typeof through>) });

    test('is known by the address that the edge saw, and not by one that the caller invents', async () => {
      expect(await list(through('203.0.113.7'))).toMatchObject({ status: 200 });
      expect(await list(through('203.0.113.7, 192.0.2.1'))).toMatchObject({
        status: 403,
        body: { code: 'address_not_allowed' },
      });
      expect(await list(through('nonsense'))).toMatchObject({ status: 403, body: { code: 'address_not_allowed' } });
    });

    test('is not opened by a forwarded address in a stage without an edge', async () => {
      delete process.env['ORIGIN_SECRETS'];
      expect(await list(through('203.0.113.7'))).toMatchObject({ status: 403, body: { code: 'address_not_allowed' } });
    });
  });
});

describe('the function at the edge', () => {
  const respond = async (status: string, querystring: string, method = 'POST'): Promise<CloudFrontResultResponse> => {
    const headers = {
      via: [{ key: 'Via', value: '1.1 edge' }],
      'retry-after': [{ key: 'Retry-After', value: '1' }],
      'content-length': [{ key: 'Content-Length', value: '29' }],
    };
    const request = { method, uri: '/edd/wp-rocket', querystring, headers: {}, clientIp: '203.0.113.7' };
    const record = { cf: { config: {}, request, response: { status, statusDescription: '', headers } } };
    return atEdge({ Records: [record] } as unknown as CloudFrontResponseEvent);
  };
  const bodyOf = ({ body = '' }: CloudFrontResultResponse) => JSON.parse(body) as Record<string, unknown>;

  test.each(['400', '403', '404', '429', '500', '502', '503', '504'])(
    'turns %s into 200 without a word on the license',
    async (status) => {
      const turned = await respond(status, 'edd_action=check_license&license=x');
      expect(turned).toMatchObject({ status: '200', statusDescription: 'OK' });
      expect(Object.keys(turned.headers ?? {}).sort()).toEqual(['cache-control', 'content-type', 'via']);
      expect(bodyOf(turned)).toEqual({ success: false, msg: expect.any(String) });
    },
  );

  test('offers the version that the site has where the address of the request tells it', async () => {
    const turned = bodyOf(await respond('429', 'edd_action=get_version&version=1.2.3&slug=rocket', 'GET'));
    expect(turned).toMatchObject({ new_version: '1.2.3', slug: 'rocket', package: '' });
    expect(turned['sections']).toMatch(/^a:2:/);
  });

  test('answers a form, which it cannot see, so that every action survives it', async () => {
    const turned = bodyOf(await respond('503', ''));
    expect(turned).toMatchObject({ success: false, new_version: '', package: '', msg: expect.any(String) });
    expect(turned['sections']).toMatch(/^a:2:/);
    expect(turned).not.toHaveProperty('license');
  });

  test.each(['200', '302'])('leaves %s as it is', async (status) => {
    expect(await respond(status, 'edd_action=check_license')).toMatchObject({
      status,
      headers: { 'retry-after': expect.anything() },
    });
  });

  test('answers HEAD without a body', async () => {
    expect((await respond('503', '', 'HEAD')).body).toBeUndefined();
  });
});
