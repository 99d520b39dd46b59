import { describe, expect, test } from '@jest/globals';
import { apiCall, TO_FILL_IN } from '../../lib/console/parts.ts';
import { argumentsIn, copiedCall } from '../support/console/copied-call.ts';

const call = async (...given: Parameters<typeof apiCall>): Promise<string[]> => argumentsIn(await apiCall(...given));
const HOSTILE = ['$(echo ran)', '`echo ran`', "'; echo ran; '", '"; echo ran; "', '!! !$', 'a&b=c#d e', '\\', 'ü…'];

describe('the call of the API that a page shows', () => {
  test.each(HOSTILE)('gives the API %s as it is, and a shell runs nothing of it', async (value) => {
    const [, , address = ''] = await call('GET', '/api/v1/brand/licenses', { query: { instance: value } });
    expect(Object.fromEntries(new URL(address).searchParams)).toEqual({ instance: value });
    const sent = await call('POST', '/api/v1/brand/products', { body: { name: value } });
    expect(JSON.parse(sent.at(-1) ?? '')).toEqual({ name: value });
  });

  test('leaves the place of a value that the page does not know readable', async () => {
    const html = await apiCall('GET', '/api/v1/brand/licenses', { query: { email: TO_FILL_IN } });
    expect(copiedCall(html)).toContain('?email=…');
  });
});
