import { hash } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { DAY_MS, isoSeconds, parseMs, SECOND_MS } from '../../lib/domain/time.ts';

/**
 * A made-up shop on Easy Digital Downloads, the same each time: writes its export, and the keys of one product with a
 * site each, and then answers for these keys as its license server. docs/a-day-of-moving.md moves it in.
 */
const { values } = parseArgs({
  options: {
    keys: { type: 'string', default: '10000' },
    csv: { type: 'string', default: '.local/old-shop.csv' },
    sample: { type: 'string', default: '.local/old-shop-keys.txt' },
    port: { type: 'string', default: '8990' },
  },
});

type Sold = {
  id: number;
  key: string;
  email: string;
  product: string;
  status: 'active' | 'inactive' | 'expired' | 'disabled';
  bought: string;
  /** Undefined: for life. */
  expires: string | undefined;
  limit: number;
  sites: string[];
};

/** The day of the export. */
const TODAY_MS = parseMs('2026-11-01T00:00:00Z');
const PRODUCTS = ['WP Rocket', 'RocketCDN'] as const;
/** Customers renewed these at the old shop after its export. */
const RENEWED = new Set([20, 34]);
/** The leftovers of long years in a shop: one of each kind in every thousand keys. */
const FAULTS: Readonly<Record<number, (sold: Sold) => Sold>> = {
  101: (sold) => ({ ...sold, email: 'no e-mail' }),
  202: (sold) => ({ ...sold, product: 'WP Rocket Pro' }),
  303: (sold) => ({ ...sold, status: 'expired', expires: '2030-01-01T00:00:00Z' }),
  404: (sold) => ({ ...sold, key: keyOf(sold.id - 1), email: `other-${String(sold.id)}@example.com` }),
  505: (sold) => ({ ...sold, sites: ['https://twice.example', 'http://www.twice.example/'] }),
};

const digest = (name: string, id: number): string => hash('sha256', `${name} ${String(id)}`);
const keyOf = (id: number): string => digest('key', id).slice(0, 32);
/** A number below `below`, the same each time. */
const pick = (name: string, id: number, below: number): number => parseInt(digest(name, id).slice(0, 8), 16) % below;

function sell(id: number): Sold {
  const boughtMs = TODAY_MS - (30 + pick('bought', id, 2_000)) * DAY_MS;
  const kind = pick('kind', id, 100);
  const isExpired = kind < 15;
  const endMs = isExpired
    ? TODAY_MS - (1 + pick('end', id, 700)) * DAY_MS
    : TODAY_MS + (60 + pick('end', id, 700)) * DAY_MS;
  const limit = [1, 3, 10, 0][pick('limit', id, 4)] ?? 1;
  const sites = Array.from(
    { length: pick('sites', id, 4) },
    (_, i) => `https://site-${String(i)}-of-${String(id)}.example`,
  );
  const status = isExpired ? 'expired' : kind < 18 ? 'disabled' : kind < 25 ? 'inactive' : 'active';
  const sold: Sold = {
    id,
    key: keyOf(id),
    // Every tenth customer has two keys.
    email: `customer-${String(id % 10 === 0 ? id - 1 : id)}@example.com`,
    product: PRODUCTS[pick('product', id, 3) === 0 ? 1 : 0],
    status,
    bought: isoSeconds(boughtMs),
    expires: !isExpired && kind > 95 ? undefined : isoSeconds(Math.max(endMs, boughtMs)),
    limit,
    sites: status === 'inactive' ? [] : limit === 0 ? sites : sites.slice(0, limit),
  };
  return FAULTS[id % 1_000]?.(sold) ?? sold;
}

const COLUMNS =
  'License ID,License Key,License Status,Customer Email,Product Name,' +
  'Purchase Date,Expiration Date,Activation Limit,Activated URLs';
const mysqlTime = (time: string): string => time.replace('T', ' ').replace('Z', '');

function csvLine({ id, key, status, email, product, bought, expires, limit, sites }: Sold): string {
  const seconds = expires === undefined ? 0 : parseMs(expires) / SECOND_MS;
  return [id, key, status, email, product, mysqlTime(bought), seconds, limit, `"${sites.join(', ')}"`].join(',');
}

const YEAR_MS = 365 * DAY_MS;

/** The answer of EDD's `check_license`. */
function checkLicense(sold: Sold | undefined, site: string | null): object {
  if (sold === undefined) return { success: false, license: 'invalid' };
  const { status, expires, limit, sites, id } = sold;
  const isHere = site !== null && sites.includes(site);
  const license = status === 'active' ? (site === null || isHere ? 'valid' : 'site_inactive') : status;
  const lateMs = RENEWED.has(id) ? YEAR_MS : 0;
  const end = expires === undefined ? 'lifetime' : mysqlTime(isoSeconds(parseMs(expires) + lateMs));
  return { success: license === 'valid', license, expires: end, license_limit: limit, site_count: sites.length };
}

const shop = Array.from({ length: Number(values.keys) }, (_, i) => sell(i + 1));
const bought = new Map(shop.toReversed().map((sold) => [sold.key, sold]));
writeFileSync(values.csv, `${[COLUMNS, ...shop.map(csvLine)].join('\n')}\n`);
const sample = shop.filter(({ id, product }) => product === 'WP Rocket' && FAULTS[id % 1_000] === undefined);
writeFileSync(values.sample, `${sample.map(({ key, sites }) => [key, ...sites.slice(0, 1)].join(',')).join('\n')}\n`);
const server = createServer((request, response) => {
  text(request)
    .then((body) => {
      const asked = new URLSearchParams(body);
      const answer = checkLicense(bought.get(asked.get('license') ?? ''), asked.get('url'));
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    })
    .catch(() => response.destroy());
});
server.listen(Number(values.port), '127.0.0.1');
await once(server, 'listening');
console.log(`The export of ${String(shop.length)} keys is ${values.csv}, keys to compare are ${values.sample}.`);
console.log(`The old license server answers at http://127.0.0.1:${values.port}. Ctrl-C ends it.`);
