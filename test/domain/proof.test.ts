import { describe, expect, test } from '@jest/globals';
import { buildSigningInput, JWS_TYPES } from '../../lib/domain/compact-jws.ts';
import { buildClaims, type ProvenAnswer, type ProvenCall } from '../../lib/domain/proof.ts';

const answer: ProvenAnswer = {
  license: {
    id: 'license',
    product: 'wp-rocket',
    seq: 4,
    status: 'valid',
    expires_at: '2027-11-28T00:54:44Z',
    seat_limit: null,
  },
  activation_id: 'activation',
  verdict: { may_run: true, may_update: true, code: 'valid' },
  next_check_at: '2027-01-02T00:00:00Z',
  stale_ok_until: '2027-01-14T00:00:00Z',
};
const issued = {
  iss: 'https://licenses.example.com',
  brand: 'acme',
  jti: 'id',
  nowMs: Date.parse('2027-01-01T00:00:00.9Z'),
};
const claimsOf = (call: Partial<ProvenCall>, changes: Partial<ProvenAnswer> = {}, more: object = {}) =>
  buildClaims({ license_key: 'KEY', ...call }, { ...answer, ...changes }, { ...issued, ...more });

describe('the claims of a proof', () => {
  test('are these, in this order', () => {
    expect(JSON.stringify(claimsOf({ instance_identifier: 'https://a.example', nonce: 'n' }))).toBe(
      '{"v":1,"iss":"https://licenses.example.com","aud":"acme/wp-rocket","sub":"license","jti":"id",' +
        '"iat":1798761600,"exp":1799884800,"next":1798848000,"seq":4,"kh":"XKJABbdAcXuk8_a8SKIwcA",' +
        '"ih":"D1IYDPp4-L9NPieGgFjQQw","act":"activation","nonce":"n",' +
        '"verdict":{"may_run":true,"may_update":true,"code":"valid"},' +
        '"license":{"status":"valid","expires_at":"2027-11-28T00:54:44Z","seat_limit":null}}',
    );
  });

  test('end at the next check where the answer is no', () => {
    expect(claimsOf({}, { stale_ok_until: null })).toMatchObject({ exp: 1_798_848_000, next: 1_798_848_000 });
  });

  test('bind the texts as they were sent, blanks included, and a URL where no type was sent', () => {
    const site = { instance_identifier: 'https://a.example' };
    expect(claimsOf({ license_key: 'KEY ' }).kh).not.toBe(claimsOf({}).kh);
    expect(claimsOf({ instance_identifier: 'https://a.example ' }).ih).not.toBe(claimsOf(site).ih);
    expect(claimsOf({ ...site, instance_type: 'url' }).ih).toBe(claimsOf(site).ih);
    expect(claimsOf({ ...site, instance_type: 'machine_id' }).ih).not.toBe(claimsOf(site).ih);
    expect(claimsOf({}).ih).toBeNull();
  });

  test.each([
    [
      'the license’s product, even if the caller named it by id',
      { product: 'an-id' },
      answer.license,
      'acme',
      'acme/wp-rocket',
    ],
    ['the product that the caller named', { product: 'other' }, null, 'acme', 'acme/other'],
    ['the brand alone', {}, null, 'acme', 'acme/'],
    ['the brand that the caller named', { brand: 'named', product: 'other' }, null, undefined, 'named/other'],
    ['the product that the caller named, of no brand', { product: 'other' }, null, undefined, '/other'],
    ['nothing', {}, null, undefined, ''],
  ])('are for %s', (_, call, license, brand, aud) => {
    expect(claimsOf(call, { license }, { brand }).aud).toBe(aud);
  });

  test('have no license, no subject and seq 0 where no license is known', () => {
    expect(claimsOf({}, { license: null, activation_id: null })).toMatchObject({
      sub: null,
      seq: 0,
      act: null,
      license: null,
      nonce: null,
    });
  });
});

test('a header has exactly alg, kid and typ, in this order', () => {
  const [header = ''] = buildSigningInput(JWS_TYPES.proof, 'a-kid', {}).split('.');
  expect(Buffer.from(header, 'base64url').toString()).toBe('{"alg":"EdDSA","kid":"a-kid","typ":"license-proof+jwt"}');
});
