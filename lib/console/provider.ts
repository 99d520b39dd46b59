import * as openid from 'openid-client';
import { hash } from 'node:crypto';
import { required } from '../domain/invariant.ts';
import { SECOND_MS } from '../domain/time.ts';
import { Unavailable } from '../process/outage.ts';
import { openSecret } from '../process/secrets.ts';
import { deadline } from '../process/timers.ts';
import type { ConsoleConfig } from '../process/config.ts';

/** A person as the provider knows them. The refresh token asks for the groups again. */
export type Identity = {
  id: string;
  name: string;
  groups: readonly string[];
  refreshToken: string | undefined;
};

/** The secrets of one sign-in, which the browser keeps encrypted until it comes back. */
export type SignIn = { state: string; nonce: string; verifier: string; returnTo: string; startedMs: number };

/** The provider's answer was refused: a wrong state, nonce or issuer, or a code that is spent. */
export class SignInRefused extends Error {
  override name = 'SignInRefused';
}

export type Provider = {
  /** The address of the provider to which the browser goes. */
  authorizationUrl: (signIn: SignIn, redirectUri: string) => Promise<URL>;
  /** The person, by the address to which the browser came back. */
  finish: (signIn: SignIn, cameBackTo: URL) => Promise<Identity>;
  /** The person as the provider knows them now; undefined if the grant is over. */
  ask: (refreshToken: string) => Promise<Identity | undefined>;
};

const TIMEOUT_S = 5;

/** Signs people in by OpenID Connect: authorization code with PKCE. Tokens never leave the server. */
export function openProvider(config: ConsoleConfig): Provider {
  let known: Promise<openid.Configuration> | undefined;
  const discovered = (): Promise<openid.Configuration> => {
    known ??= discover(config).catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
  return {
    async authorizationUrl({ state, nonce, verifier }, redirectUri) {
      const settings = await discovered();
      return openid.buildAuthorizationUrl(settings, {
        redirect_uri: redirectUri,
        scope: scopeFor(settings),
        state,
        nonce,
        code_challenge: await openid.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
    },
    async finish({ state, nonce, verifier }, cameBackTo) {
      const settings = await discovered();
      const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true };
      const tokens = await orRefused(openid.authorizationCodeGrant(settings, cameBackTo, checks));
      return readIdentity(config, required(tokens.claims(), 'an identity was asked for'), tokens.refresh_token);
    },
    async ask(refreshToken) {
      const settings = await discovered();
      try {
        const tokens = await orRefused(openid.refreshTokenGrant(settings, refreshToken));
        const claims = tokens.claims();
        return claims && readIdentity(config, claims, tokens.refresh_token ?? refreshToken);
      } catch (error) {
        if (error instanceof SignInRefused) return undefined;
        throw error;
      }
    },
  };
}

async function discover(config: ConsoleConfig): Promise<openid.Configuration> {
  const { issuer, clientId } = config;
  const secret = await readClientSecret(config);
  // A provider on this machine has no certificate.
  const execute = issuer.startsWith('http:') ? [openid.allowInsecureRequests] : [];
  const options = { execute, timeout: TIMEOUT_S };
  const authenticate = secret === undefined ? openid.None() : openid.ClientSecretPost(secret);
  return orRefused(openid.discovery(new URL(issuer), clientId, undefined, authenticate, options));
}

async function readClientSecret({ clientSecret, region }: ConsoleConfig): Promise<string | undefined> {
  if (clientSecret === undefined) return undefined;
  try {
    return (await openSecret(clientSecret, region).read(deadline(TIMEOUT_S * SECOND_MS))).toString('utf8').trim();
  } catch (cause) {
    throw new Unavailable('the secret of the console’s client cannot be read', { cause });
  }
}

/** Providers give a refresh token either for this scope or by their own settings. */
const scopeFor = (settings: openid.Configuration): string =>
  settings.serverMetadata().scopes_supported?.includes('offline_access') === true
    ? 'openid profile email offline_access'
    : 'openid profile email';

/** An error of the provider's own server, or none of its answers, is an outage; all else refuses the sign-in. */
async function orRefused<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (cause) {
    if (isOutage(cause)) throw new Unavailable('the identity provider does not answer', { cause });
    throw new SignInRefused('the identity provider’s answer was refused', { cause });
  }
}

function isOutage(error: unknown): boolean {
  const { status, code, name, cause } = error as Partial<Record<'status' | 'code' | 'name' | 'cause', unknown>>;
  if (typeof status === 'number') return status >= 500 || status === 429;
  if (code === 'OAUTH_RESPONSE_IS_NOT_CONFORM') return cause instanceof Response && cause.status >= 500;
  return code === 'OAUTH_TIMEOUT' || name === 'TimeoutError' || (name === 'TypeError' && cause instanceof Error);
}

const textOf = (claim: unknown): string | undefined => (typeof claim === 'string' ? claim : undefined);

const PLAIN_ID = /^[\w.:|-]{1,64}$/;

/** An id that may be an address of a person, or is too long for a journal, is hashed. */
function readIdentity(
  { groupsClaim }: ConsoleConfig,
  claims: Record<string, unknown>,
  refreshToken: string | undefined,
): Identity {
  const sub = String(claims['sub']);
  const groups = claims[groupsClaim];
  return {
    id: PLAIN_ID.test(sub) ? sub : hash('sha256', sub, 'hex').slice(0, 32),
    name: (textOf(claims['name']) ?? textOf(claims['email']) ?? 'Signed in').slice(0, 120),
    groups: Array.isArray(groups) ? groups.map(String) : [],
    refreshToken,
  };
}
