import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A person as the provider knows them; a test changes it, as an administrator would. */
export type ProviderPerson = { sub: string; name: string; groups: string[] };

/** Faults that no real provider gives on demand. */
export type Faults = { nonce?: string; iss?: string; expired?: true; away?: true; noRefresh?: true; secret?: string };

export type StandInProvider = {
  issuer: string;
  faults: Faults;
  /** The code for an authorization address, as if the person had signed in there. */
  authorize: (address: URL, person: ProviderPerson) => string;
  /** Takes the refresh tokens of a person back. */
  revoke: (person: ProviderPerson) => void;
  refreshes: () => number;
  stop: () => Promise<void>;
};

type Pending = { person: ProviderPerson; nonce: string; challenge: string };

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** An OpenID Connect provider with codes, PKCE and refresh tokens that work once, and with faults on demand. */
export async function startStandInProvider(): Promise<StandInProvider> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const codes = new Map<string, Pending>();
  const refreshTokens = new Map<string, ProviderPerson>();
  const faults: Faults = {};
  let refreshes = 0;
  let issuer = '';
  const idToken = (person: ProviderPerson, nonce?: string): string => {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: faults.iss ?? issuer,
      aud: 'console',
      iat: now - (faults.expired ? 7200 : 0),
      exp: now + (faults.expired ? -3600 : 600),
      ...(nonce === undefined ? {} : { nonce: faults.nonce ?? nonce }),
      ...person,
    };
    const signed = `${encode({ alg: 'RS256', kid: 'one', typ: 'JWT' })}.${encode(claims)}`;
    return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`;
  };
  const tokens = (person: ProviderPerson, nonce?: string) => {
    const refresh_token = randomUUID();
    refreshTokens.set(refresh_token, person);
    const refresh = faults.noRefresh ? {} : { refresh_token };
    return {
      access_token: randomUUID(),
      token_type: 'bearer',
      expires_in: 600,
      id_token: idToken(person, nonce),
      ...refresh,
    };
  };
  const redeem = (form: URLSearchParams): object | undefined => {
    if (faults.secret !== undefined && form.get('client_secret') !== faults.secret) return undefined;
    if (form.get('grant_type') === 'refresh_token') {
      refreshes += 1;
      const person = refreshTokens.get(form.get('refresh_token') ?? '');
      refreshTokens.delete(form.get('refresh_token') ?? '');
      return person && tokens(person);
    }
    const code = form.get('code') ?? '';
    const pending = codes.get(code);
    codes.delete(code);
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    return pending?.challenge === challenge ? tokens(pending.person, pending.nonce) : undefined;
  };
  const answer = (path: string, body: string): [status: number, body: object] => {
    if (faults.away) return [503, {}];
    if (path === '/.well-known/openid-configuration')
      return [
        200,
        {
          issuer,
          authorization_endpoint: `${issuer}/auth`,
          token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/jwks`,
          response_types_supported: ['code'],
          id_token_signing_alg_values_supported: ['RS256'],
          authorization_response_iss_parameter_supported: true,
        },
      ];
    if (path === '/jwks')
      return [200, { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256' }] }];
    const given = redeem(new URLSearchParams(body));
    return given === undefined ? [400, { error: 'invalid_grant' }] : [200, given];
  };
  const server = createServer((request, response) => {
    text(request)
      .then((body) => answer(request.url ?? '', body))
      .then(
        ([status, body]) =>
          response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
        () => response.destroy(),
      );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  issuer = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    issuer,
    faults,
    authorize(address, person) {
      const code = randomUUID();
      const asked = (name: string): string => address.searchParams.get(name) ?? '';
      codes.set(code, { person, nonce: asked('nonce'), challenge: asked('code_challenge') });
      return code;
    },
    revoke(person) {
      for (const [token, owner] of refreshTokens) if (owner === person) refreshTokens.delete(token);
    },
    refreshes: () => refreshes,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close').catch(() => undefined);
    },
  };
}
