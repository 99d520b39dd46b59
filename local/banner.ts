import { relative } from 'node:path';
import { styleText } from 'node:util';
import { credentialsFile, type Credentials } from './credentials.ts';
import type { EngineName } from './engine.ts';
import type { Served } from './server.ts';

export type Started = {
  credentials: Credentials;
  engine: { name: EngineName; endpoint: string };
  dataDir: string | undefined;
  /** The time of the service, where an earlier start moved its clock. */
  movedTo: string | undefined;
  localDir: string;
  keys: keyof typeof KEYS;
  tookMs: number;
};

const ENGINES = { 'dynamodb-local': 'DynamoDB Local', dynoxide: 'dynoxide' } as const satisfies Record<
  EngineName,
  string
>;
const KEYS = {
  new: 'new',
  kept: 'the same as at the last start',
  renewed: 'new, because the earlier ones do not fit this table',
} as const;
/** Engines that stand in for the one that the tests run on. */
const WARNINGS: Partial<Record<EngineName, string>> = {
  dynoxide: 'stands in for DynamoDB Local, on which the tests run. Install Java 17 or later to use that',
};
const CUSTOMER = 'ann@example.com';
const SITE = 'https://ann.example';

/** The addresses and files of this start, and the main job as lines for a shell. */
export function banner({ credentials, engine, dataDir, movedTo, localDir, keys, tookMs }: Started): string {
  const { base_url, brands } = credentials;
  const data = dataDir === undefined ? 'data is lost when the service stops' : `data in ${shown(dataDir)}`;
  const warning = WARNINGS[engine.name];
  const rows = [
    ['Service', base_url],
    ['API docs', `${base_url}/api/docs`],
    ['Console', `${base_url}/console`],
    ['Database', `${ENGINES[engine.name]} at ${engine.endpoint}, ${data}`],
    ...(warning === undefined ? [] : [['', `${ENGINES[engine.name]} ${warning}.`]]),
    ...(movedTo === undefined ? [] : [['Clock', `${movedTo}, as set before the last stop`]]),
    ['Keys', shown(credentialsFile(localDir))],
    ['', `${KEYS[keys]}; for the platform, ${brands.map(({ slug }) => slug).join(', ')}`],
  ];
  return [
    '',
    heading(`The license service is ready after ${(tookMs / 1000).toFixed(1)} s. Ctrl-C stops it.`),
    '',
    ...rows.map(([name = '', value = '']) => `${name.padEnd(10)}${value}`),
    '',
    ...mainJob(credentials).flatMap(({ title, command }) => [heading(title), command, '']),
  ].join('\n');
}

type Step = { title: string; command: string };

/** The variables mean the same in the README and in every page of the docs; the first call leaves two more. */
function mainJob({ base_url, admin_api_key, brands: [brand] }: Credentials): Step[] {
  if (brand === undefined) return [];
  const product = brand.products[0]?.slug ?? '';
  const sale = JSON.stringify({ customer_email: CUSTOMER, products: [product], max_seats: 2 });
  const asBrand = '-H "X-API-Key: $API_KEY"';
  const asJson = "-H 'Content-Type: application/json'";
  const site = `-d license_key=$KEY -d product=${product} -d instance_identifier=${SITE}`;
  const call = (path: string, ...lines: string[]): string => [`"$BASE_URL/api/v1/${path}"`, ...lines].join(' \\\n  ');
  return [
    {
      title: 'To call the service, paste these lines into a second terminal',
      command: [
        `export BASE_URL=${base_url}`,
        `export API_KEY=${brand.api_key}`,
        `export ADMIN_KEY=${admin_api_key}`,
      ].join('\n'),
    },
    {
      title: 'Provision a license for two sites',
      command: [
        `ANSWER=$(curl -s ${call('brand/licenses/provision', `${asBrand} ${asJson}`, `-d '${sale}'`)})`,
        'echo "$ANSWER"',
        String.raw`KEY=$(expr "$ANSWER" : '.*"key":"\([^"]*\)"')`,
        String.raw`LICENSE=$(expr "$ANSWER" : '.*"licenses":\[{"id":"\([^"]*\)"')`,
      ].join('\n'),
    },
    { title: 'Activate the license for a site', command: `curl -s ${call('product/licenses/activate', site)}` },
    { title: 'Check whether the site may run', command: `curl -s -G ${call('product/licenses/check', site)}` },
    {
      title: 'Ask for an update, as an old plugin does that was written for Easy Digital Downloads',
      command:
        `curl -s "$BASE_URL/edd/${brand.slug}/" \\\n  -d edd_action=get_version -d license=$KEY ` +
        `\\\n  -d item_name=${product} -d url=${SITE} -d version=1.0.0`,
    },
    { title: 'Deactivate the site', command: `curl -s ${call('product/licenses/deactivate', site)}` },
    {
      title: 'List the customer’s licenses',
      command: `curl -s ${call(`brand/licenses?email=${CUSTOMER}`, asBrand)}`,
    },
    { title: 'List the license’s events', command: `curl -s ${call('brand/licenses/$LICENSE/events', asBrand)}` },
    {
      title: 'List the brands, as the platform team',
      command: `curl -s ${call('admin/brands', '-H "X-API-Key: $ADMIN_KEY"')}`,
    },
  ];
}

/** One line per request, with its route. In a path without a route, parts that may be a key are left out. */
export function accessLine({ method, target, response, ms }: Served, nowMs: number): string {
  const what = response.routeKey ?? `${method} ${withoutSecrets(target)}`;
  const { statusCode } = response;
  const status = statusCode < 400 ? String(statusCode) : paint(statusCode < 500 ? 'yellow' : 'red', String(statusCode));
  return `${new Date(nowMs).toTimeString().slice(0, 8)}  ${status}  ${what}  ${Math.round(ms)} ms`;
}

function withoutSecrets(target: string): string {
  const path = target.split('?', 1).join('');
  return path.replaceAll(/[^/]+/g, (segment) => (/^(?:v\d+|[A-Za-z._-]{1,17})$/.test(segment) ? segment : '…'));
}

function shown(path: string): string {
  const near = relative(process.cwd(), path);
  return near === '' || near.startsWith('..') ? path : near;
}

const heading = (text: string): string => paint('bold', text);

/** Plain where nobody looks: not a terminal, or NO_COLOR. */
function paint(style: 'bold' | 'yellow' | 'red', text: string): string {
  return styleText(style, text, { stream: process.stdout });
}
