import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { newToken, readToken, TOKEN_SECONDS, type TokenClaims } from '../../lib/domain/token.ts';
import { openVault } from '../../lib/process/vault.ts';
import { fc } from '../support/run/properties.ts';

const { sign } = openVault(randomBytes(32));
const claims: TokenClaims = {
  iss: 'prod',
  sub: '01938c5b-11aa-7b3c-8d4e-2f60718293a4',
  brand: 'WPR',
  scope: 'licenses:read licenses:write',
  jti: '01938c5b-22bb-7b3c-8d4e-2f60718293a4',
  key_hash: 'Zm9yZXZlcm1v',
  iat: 1000,
  exp: 1000 + TOKEN_SECONDS,
  allowed_cidrs: ['203.0.113.0/24'],
  rate_limit_per_minute: null,
};
const at = (seconds: number) => ({ sign, iss: 'prod', nowMs: seconds * 1000 });
const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

test('a token reads back as its claims until the second it expires', () => {
  const token = newToken(claims, sign);
  expect(readToken(token, at(1000))).toEqual(claims);
  expect(readToken(token, at(1599.999))).toEqual(claims);
  expect(readToken(token, at(1600))).toBe('expired');
});

test('a token of another stage, key or algorithm is invalid', () => {
  const [, body = '', signature = ''] = newToken(claims, sign).split('.');
  const others = [
    newToken({ ...claims, iss: 'staging' }, sign),
    newToken(claims, openVault(randomBytes(32)).sign),
    ...['none', 'None', 'HS512', 'RS256'].flatMap((alg) => {
      const signed = `${encoded({ alg, typ: 'at+jwt' })}.${body}`;
      return [`${signed}.`, `${signed}.${sign(signed)}`, `${signed}.${signature}`];
    }),
    `${encoded({ typ: 'at+jwt', alg: 'HS256' })}.${body}.${signature}`,
  ];
  expect(others.map((text) => readToken(text, at(1000)))).toEqual(others.map(() => 'invalid'));
});

test('a signed token that lacks a claim is invalid', () => {
  const whole = newToken(claims, sign);
  const header = whole.split('.')[0] ?? '';
  for (const name of Object.keys(claims)) {
    const signed = `${header}.${encoded({ ...claims, [name]: undefined })}`;
    expect(readToken(`${signed}.${sign(signed)}`, at(1000))).toBe('invalid');
  }
  const noJson = `${header}.${Buffer.from('{').toString('base64url')}`;
  expect(readToken(`${noJson}.${sign(noJson)}`, at(1000))).toBe('invalid');
});

test('a token with any one character changed is invalid', () => {
  const token = newToken(claims, sign);
  fc.assert(
    fc.property(fc.nat(token.length - 1), fc.constantFrom(...'.=AZaz09-_ é'), (index, character) => {
      fc.pre(token[index] !== character);
      return readToken(token.slice(0, index) + character + token.slice(index + 1), at(1000)) === 'invalid';
    }),
  );
  for (const text of ['', '.', '..', '...', `${token}.`, `.${token}`, `${token} `, token.slice(0, -1)])
    expect(readToken(text, at(1000))).toBe('invalid');
});
