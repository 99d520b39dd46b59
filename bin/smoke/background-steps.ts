import { deadline } from '../../lib/process/timers.ts';
import { Refused } from '../admin/failures.ts';
import { waitFor, type Json } from './client.ts';
import type { Run, Step } from './run.ts';

const BRAND = '/api/v1/brand';
const ROWS = 10;
/** A draft of the smoke product that stays from run to run: each run gives it another package. */
const DRAFT = '0.0.1';

/** Each step shows by the API that a job of the job table, which works without a request, has done its part. */
export const BACKGROUND_STEPS: readonly Step[] = [
  {
    name: 'ten rows are imported, and taken back',
    proves: ['run-import'],
    run: importRows,
  },
  { name: 'the licenses of the brand are exported to a file', run: exportLicenses },
  { name: 'what happened is counted', proves: ['count-events'], run: readCounts },
  { name: 'an uploaded package is checked', proves: ['inspect-package'], run: uploadDraft },
  { name: 'the console leads to the sign-in, or says that there is none', proves: ['console'], run: openConsole },
];

async function importRows({ client, shop, site }: Run): Promise<void> {
  const { key, product } = shop;
  const rows = Array.from({ length: ROWS }, (_, i) => ({
    license_key: `smoke-${site}-${i}`,
    customer_email: `import-${site}@example.com`,
    product,
    status: 'valid',
    seat_limit: 1,
    expires_at: null,
  }));
  const file = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const body = { name: 'Smoke test', format: 'ndjson', mode: 'dry_run', file };
  const made = await client.call({ method: 'POST', path: `${BRAND}/imports`, key, body, expected: 201 });
  const path = `${BRAND}/imports/${String(made['id'])}`;
  const until = (state: string): Promise<Json> =>
    waitFor(client, { method: 'GET', path, key }, (job) => job['state'] === state, `the state ${state}`);
  const tried = await until('tried');
  await client.call({ method: 'POST', path: `${path}/run`, key });
  const ran = await until('done');
  for (const [step, job] of Object.entries({ 'dry run': tried, run: ran })) {
    const { created, failed } = job['counts'] as Record<string, number>;
    if (created !== ROWS || failed !== 0)
      throw new Refused(`GET ${path} says that the ${step} created ${created} of ${ROWS} keys, and ${failed} failed`);
  }
  await client.call({ method: 'GET', path: `${path}/rows`, key });
  await client.call({ method: 'POST', path: `${path}/undo`, key });
  const { undone } = await until('undone');
  const { removed } = undone as { removed: number };
  if (removed !== ROWS) throw new Refused(`POST ${path}/undo removed ${removed} of ${ROWS} keys`);
  // The customer of the rows stays if anything of it is left; an erasure of nobody is fine here.
  const customer = { email: rows[0]?.customer_email };
  await client.call({ method: 'POST', path: `${BRAND}/customers/erase`, key, body: customer, expected: [200, 404] });
}

async function exportLicenses({ client, shop: { key } }: Run): Promise<void> {
  const body = { what: 'licenses', format: 'ndjson' };
  const made = await client.call({ method: 'POST', path: `${BRAND}/exports`, key, body, expected: 201 });
  const path = `${BRAND}/exports/${String(made['id'])}`;
  const { download } = await waitFor(client, { method: 'GET', path, key }, (job) => job['state'] === 'done', 'a file');
  const { url } = download as { url: string };
  const file = await fetch(url, { signal: deadline(FILE_WITHIN_MS) });
  if (!file.ok || (await file.text()) === '') throw new Refused(`the file of GET ${path} cannot be read`);
}

const FILE_WITHIN_MS = 15_000;

/** The numbers follow the events, and tell the time of the newest one in them. */
async function readCounts({ client, shop: { key, licenseId } }: Run): Promise<void> {
  const license = await client.call({ method: 'GET', path: `${BRAND}/licenses/${licenseId}`, key });
  const bought = Date.parse(String(license['created_at']));
  await waitFor(
    client,
    { method: 'GET', path: `${BRAND}/licenses/count`, key },
    ({ as_of }) => typeof as_of === 'string' && Date.parse(as_of) >= bought,
    'the purchase of this run',
  );
  const path = `${BRAND}/analytics?metric=provisioned`;
  const { series } = (await client.call({ method: 'GET', path, key })) as { series: { value: number | null }[] };
  if (series.every(({ value }) => (value ?? 0) === 0)) throw new Refused(`GET ${BRAND}/analytics counts no purchase`);
}

/** Only the check of a package knows that this is no zip file, and refuses it. */
async function uploadDraft({ client, shop: { key, product } }: Run): Promise<void> {
  const releases = `${BRAND}/products/${product}/releases`;
  const { releases: held } = (await client.call({ method: 'GET', path: releases, key })) as {
    releases: { id: string; version: string }[];
  };
  const before = held.find(({ version }) => version === DRAFT);
  const made =
    before === undefined
      ? await client.call({ method: 'POST', path: releases, key, body: { version: DRAFT }, expected: 201 })
      : await client.call({ method: 'POST', path: `${releases}/${before.id}/upload`, key });
  const { url, headers } = made['upload'] as { url: string; headers: Record<string, string> };
  const stored = await fetch(url, { method: 'PUT', headers, body: 'no zip file', signal: deadline(FILE_WITHIN_MS) });
  if (!stored.ok) throw new Refused(`the package was not stored: ${stored.status}`);
  const path = `${releases}/${String(made['id'])}`;
  const isChecked = (release: Json): boolean => (release['package'] as Json | null)?.['state'] === 'refused';
  await waitFor(client, { method: 'GET', path, key }, isChecked, 'a package that was checked');
}

/** A stage without settings for the console says so with 404. Else its pages load their style sheet. */
async function openConsole({ client }: Run): Promise<void> {
  await client.call({ method: 'GET', path: '/console', expected: [303, 404] });
  const page = await fetch(`${client.baseUrl}/console/signed-out`, { signal: deadline(FILE_WITHIN_MS) });
  if (page.status === 404) return;
  const [asset] = /\/console\/assets\/[\w.-]+/.exec(await page.text()) ?? [];
  if (asset === undefined) throw new Refused('GET /console/signed-out names no style sheet');
  await client.call({ method: 'GET', path: asset });
}
