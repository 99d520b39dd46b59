import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { generateKeyPairSync } from 'node:crypto';
import Provider, { interactionPolicy, type Configuration } from 'oidc-provider';
import { randomBytes } from '../lib/process/random.ts';
import type { Credentials } from './credentials.ts';
import { IdentityStore } from './identity-store.ts';

const CLIENT_ID = 'console';
const GROUPS = { support: 'support-{brand}', brandAdmin: 'admins-{brand}', platform: 'platform' } as const;

type Person = Credentials['people'][number] & { id: string; groups: readonly string[] };

const PEOPLE: readonly Person[] = [
  {
    id: 'sam',
    name: 'Sam Support',
    email: 'sam@example.com',
    role: 'support',
    brand: 'wp-rocket',
    groups: ['support-wp-rocket'],
  },
  {
    id: 'bea',
    name: 'Bea Brand',
    email: 'bea@example.com',
    role: 'brand-admin',
    brand: 'wp-rocket',
    groups: ['admins-wp-rocket'],
  },
  { id: 'pat', name: 'Pat Platform', email: 'pat@example.com', role: 'platform', brand: null, groups: ['platform'] },
];

export type LocalProvider = {
  people: Credentials['people'];
  /** The variables that a stage's settings give to the function of the console. */
  environment: Record<string, string>;
  stop: () => Promise<void>;
};

/** The identity provider of this machine: three people, and a button for each instead of a password. */
export async function startIdentityProvider({
  host,
  consoleUrl,
}: {
  host: string;
  consoleUrl: string;
}): Promise<LocalProvider> {
  const server = createServer();
  server.listen(0, host);
  await once(server, 'listening');
  const { protocol, hostname, port } = new URL(consoleUrl);
  const issuer = `${protocol}//${hostname}:${String(portOf(server))}`;
  const provider = new Provider(
    issuer,
    configure([hostname, 'localhost'].map((name) => `${protocol}//${name}:${port}`)),
  );
  const handle = provider.callback();
  server.on('request', (request, response) => {
    choose(provider, request, response).then(
      (isChoice) => {
        if (!isChoice) void handle(request, response);
      },
      () => response.writeHead(400, { 'content-type': 'text/plain' }).end('Begin again at the console.'),
    );
  });
  return {
    people: PEOPLE.map(({ name, email, role, brand }) => ({ name, email, role, brand })),
    environment: {
      CONSOLE_ISSUER: issuer,
      CONSOLE_CLIENT_ID: CLIENT_ID,
      CONSOLE_GROUPS_CLAIM: 'groups',
      CONSOLE_SUPPORT_GROUP: GROUPS.support,
      CONSOLE_BRAND_ADMIN_GROUP: GROUPS.brandAdmin,
      CONSOLE_PLATFORM_GROUP: GROUPS.platform,
    },
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function configure(origins: readonly string[]): Configuration {
  const policy = interactionPolicy.base();
  const { Check, Prompt } = interactionPolicy;
  // A person who signs in again may choose another identity.
  policy.remove('login');
  policy.add(
    new Prompt(
      { name: 'login', requestable: true },
      new Check('chosen', 'a person has to be chosen', (ctx) => ctx.oidc.result?.login === undefined),
    ),
    0,
  );
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    adapter: IdentityStore,
    clients: [
      {
        client_id: CLIENT_ID,
        token_endpoint_auth_method: 'none',
        redirect_uris: [...new Set(origins.map((origin) => `${origin}/console/callback`))],
        response_types: ['code'],
        grant_types: ['authorization_code', 'refresh_token'],
      },
    ],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kty: 'RSA', use: 'sig', alg: 'RS256' }] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    pkce: { required: () => true },
    claims: { openid: ['sub'], profile: ['name', 'groups'], email: ['email'] },
    conformIdTokenClaims: false,
    issueRefreshToken: () => Promise.resolve(true),
    findAccount: (_ctx, accountId) => {
      const { name, email, groups } = PEOPLE.find(({ id }) => id === accountId) ?? { groups: [] };
      return { accountId, claims: () => ({ sub: accountId, name, email, groups: [...groups] }) };
    },
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({ clientId: CLIENT_ID, accountId: oidc.session?.accountId ?? '' });
      grant.addOIDCScope('openid profile email offline_access');
      await grant.save();
      return grant;
    },
    features: { devInteractions: { enabled: false } },
    interactions: { policy, url: (_ctx, { uid }) => `/people/${uid}` },
    ttl: { Interaction: 600, Session: 600, Grant: 86_400, AccessToken: 600, IdToken: 600, RefreshToken: 86_400 },
  };
}

const CHOICE = /^\/people\/[\w-]+(?:\/(\w+))?$/;

/** Shows a button for each person, and takes the choice. False for all other requests. */
async function choose(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  const [path, chosen] = CHOICE.exec(request.url ?? '') ?? [];
  if (path === undefined) return false;
  const person = PEOPLE.find(({ id }) => id === chosen);
  if (request.method === 'POST' && person !== undefined) {
    await provider.interactionFinished(request, response, { login: { accountId: person.id } });
    return true;
  }
  await provider.interactionDetails(request, response);
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(choicePage(path));
  return true;
}

const choicePage = (path: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Who are you?</title>
<main>
<h1>Who are you?</h1>
<p>This identity provider runs on this machine only.</p>
${PEOPLE.map(
  ({ id, name, role, brand }) =>
    `<form method="post" action="${path}/${id}">
<p><button>${name}</button> ${role}${brand === null ? '' : ` of ${brand}`}</p>
</form>`,
).join('\n')}
</main>
</html>
`;

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
