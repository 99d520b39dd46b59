import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context as LambdaContext } from 'aws-lambda';
import { onItsRole } from '../run/roles.ts';
import { SOURCE_IP } from '../service/service.ts';
import type { ProviderPerson, StandInProvider } from './stand-in-provider.ts';

export type Page = { status: number; headers: Record<string, string>; html: string; location: string | undefined };
type Handler = (event: APIGatewayProxyEventV2, context: LambdaContext) => Promise<APIGatewayProxyStructuredResultV2>;

const HOST = 'licenses.test';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
/** The headers with which a page of the console sends a form. */
export const OWN_PAGE = { origin: `http://${HOST}`, 'sec-fetch-site': 'same-origin' };

/** One browser: it keeps cookies, and sends forms as a page of the console does. */
export type Browser = {
  cookies: Map<string, string>;
  get: (address: string, headers?: Record<string, string>) => Promise<Page>;
  post: (address: string, fields?: Record<string, string>, headers?: Record<string, string>) => Promise<Page>;
  /** Signs in as a person and returns the page to which that leads. */
  signIn: (person: ProviderPerson, to?: string) => Promise<Page>;
};

/** Variables of the console's function in a stage with a console. */
export const consoleEnvironment = (issuer: string): Record<string, string> => ({
  CONSOLE_ISSUER: issuer,
  CONSOLE_CLIENT_ID: 'console',
  CONSOLE_GROUPS_CLAIM: 'groups',
  CONSOLE_SUPPORT_GROUP: 'support-{brand}',
  CONSOLE_BRAND_ADMIN_GROUP: 'admins-{brand}',
  CONSOLE_PLATFORM_GROUP: 'platform',
});

export function openBrowser(provider: StandInProvider, cookies = new Map<string, string>()): Browser {
  const send = async (
    method: string,
    address: string,
    headers: Record<string, string>,
    body?: string,
  ): Promise<Page> => {
    const { handler } = (await import('../../../functions/console.ts')) as unknown as { handler: Handler };
    const event = eventFor(
      method,
      address,
      { ...headers },
      [...cookies].map(([name, value]) => `${name}=${value}`),
      body,
    );
    const result = await onItsRole('console', () => handler(event, {} as LambdaContext));
    for (const cookie of result.cookies ?? []) keep(cookies, cookie);
    const text = Buffer.from(result.body ?? '', result.isBase64Encoded === true ? 'base64' : 'utf8').toString('utf8');
    const named = Object.fromEntries(
      Object.entries(result.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]),
    );
    return { status: result.statusCode ?? 0, headers: named, html: text, location: named['location'] };
  };
  const browser: Browser = {
    cookies,
    get: (address, headers = {}) => send('GET', address, headers),
    post: (address, fields = {}, headers = OWN_PAGE) =>
      send('POST', address, { ...headers, ...FORM }, new URLSearchParams(fields).toString()),
    async signIn(person, to = '/console') {
      const { location } = await browser.get(`/console/sign-in?to=${encodeURIComponent(to)}`);
      const authorization = new URL(location ?? '');
      const code = provider.authorize(authorization, person);
      const state = authorization.searchParams.get('state') ?? '';
      const query = new URLSearchParams({ code, state, iss: provider.issuer });
      return browser.get(`/console/callback?${query.toString()}`);
    },
  };
  return browser;
}

function keep(cookies: Map<string, string>, cookie: string): void {
  const [pair = '', ...attributes] = cookie.split('; ');
  const [name, value] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
  if (attributes.some((attribute) => /^max-age=0$/i.test(attribute))) cookies.delete(name);
  else cookies.set(name, value);
}

/** A form of somebody who is not signed in, as the gateway hands it over. */
export const formEvent = (
  address: string,
  fields: Record<string, string>,
  headers: Record<string, string>,
): APIGatewayProxyEventV2 =>
  eventFor('POST', address, { ...headers, ...FORM }, [], new URLSearchParams(fields).toString());

function eventFor(
  method: string,
  address: string,
  headers: Record<string, string>,
  cookies: string[],
  body: string | undefined,
): APIGatewayProxyEventV2 {
  const [path = '', query = ''] = address.split('?');
  return {
    version: '2.0',
    routeKey: 'ANY /console/{proxy+}',
    rawPath: path,
    rawQueryString: query,
    headers: { host: HOST, ...headers },
    ...(cookies.length > 0 ? { cookies } : {}),
    requestContext: {
      domainName: HOST,
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: SOURCE_IP, userAgent: 'tests' },
    } as APIGatewayProxyEventV2['requestContext'],
    ...(body === undefined ? {} : { body: Buffer.from(body).toString('base64') }),
    isBase64Encoded: body !== undefined,
  };
}
