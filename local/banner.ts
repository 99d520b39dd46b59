import { relative } from 'node:path';
import { styleText } from 'node:util';
import { credentialsFile, type Credentials } from './credentials.ts';
import type { EngineName } from './engine.ts';
import type { Served } from './server.ts';

export type Started = {
  credentials: Credentials;
  engine: { name: EngineName; endpoint: string };
  dataDir: string | undefined;
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
  kept: 'as at the last start',
  renewed: 'new, as no earlier ones open this table',
} as const;
const CUSTOMER = 'ann@example.com';
const SITE = 'https://ann.example';

/** What runs where, and the main job as lines for a shell. */
export function banner({ credentials, engine, dataDir, localDir, keys, tookMs }: Started): string {
  const { base_url, brands } = credentials;
  const data = dataDir === undefined ? 'data in memory: gone when it stops' : `data in ${shown(dataDir)}`;
  const rows = [
    ['Service', base_url],
    ['API docs', `${base_url}/api/docs`],
    ['Table', `${ENGINES[engine.name]} at ${engine.endpoint}, ${data}`],
    ['Keys', shown(credentialsFile(localDir))],
    ['', `${KEYS[keys]}: platform, ${brands.map(({ slug }) => slug).join(', ')}`],
  ];
  return [
    '',
    heading(`License service, ready after ${(tookMs / 1000).toFixed(1)} s. Ctrl-C stops it.`),
    '',
    ...rows.map(([name = '', value = '']) => `${name.padEnd(10)}${value}`),
    '',
    ...mainJob(credentials).flatMap(({ title, command }) => [heading(title), command, '']),
  ].join('\n');
}

type Step = { title: string; command: string };

/** The first command leaves the key and the license's id in variables, so that the others can be pasted as they are. */
function mainJob({ base_url, brands: [brand] }: Credentials): Step[] {
  if (brand === undefined) return [];
  const product = brand.products[0]?.slug ?? '';
  const sale = JSON.stringify({ customer_email: CUSTOMER, products: [product], max_seats: 2 });
  const asBrand = ` \\\n  -H 'X-API-Key: ${brand.api_key}'`;
  const site = ` \\\n  -d license_key=$KEY -d product=${product} -d instance_identifier=${SITE}`;
  const plugin = `${base_url}/api/v1/product/licenses`;
  const shop = `${base_url}/api/v1/brand/licenses`;
  return [
    {
      title: 'Provision: a license key for a customer, good for two sites',
      command: [
        `ANSWER=$(curl -s ${shop}/provision${asBrand} \\\n  -H 'Content-Type: application/json' \\\n  -d '${sale}')`,
        'echo "$ANSWER"',
        String.raw`KEY=$(expr "$ANSWER" : '.*"key":"\([^"]*\)"')`,
        String.raw`LICENSE=$(expr "$ANSWER" : '.*"licenses":\[{"id":"\([^"]*\)"')`,
      ].join('\n'),
    },
    { title: 'Activate: the site takes a seat', command: `curl -s ${plugin}/activate${site}` },
    { title: 'Check: may this site run?', command: `curl -s -G ${plugin}/check${site}` },
    { title: 'Deactivate: the seat is free again', command: `curl -s ${plugin}/deactivate${site}` },
    { title: 'List: what the customer has', command: `curl -s '${shop}?email=${CUSTOMER}'${asBrand}` },
    { title: 'Events: what happened to the license', command: `curl -s ${shop}/$LICENSE/events${asBrand}` },
  ];
}

/** One line a request. The route stands for the path, and a path of no route is shown without what could be a key. */
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
