// The life of a license in a real WordPress, by clicks in Chromium, and what a broken service costs each kind of page.
// `--pictures` writes those of the documents.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { startWholeService } from '../service.mjs';
import { breakService } from './broken-service.mjs';
import { driveNetwork } from './network.mjs';
import { startWordPress } from './site.mjs';

const IMAGES = fileURLToPath(new URL('../../../docs/pictures/', import.meta.url));
const ID = 'license_wp_rocket_wp_rocket';
const LOADS = 200;
/** What a site waits after its first, second and third try in vain, at least and at most. */
const BACK_OFF_S = [
  [240, 360],
  [2_880, 4_320],
  [21_600, 30_240],
];
/** The whole run, which CI waits for. */
const MOST_S = 360;
const begunMs = performance.now();
const withPictures = process.argv.includes('--pictures');
const service = await startWholeService();
const { credentials, send } = service;
const [{ api_key: apiKey }] = credentials.brands;
const site = await startWordPress({ work: process.env.WORK, credentials });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: ['--no-sandbox'],
});
const page = await (await browser.newContext({ viewport: { width: 1000, height: 800 } })).newPage();
page.setDefaultTimeout(20_000);
const failures = [];
let checked = 0;

async function check(name, run) {
  try {
    await run();
    checked += 1;
    console.log(`wordpress: ${name}`);
  } catch (error) {
    failures.push(name);
    console.log(`wordpress: FAILED ${name}: ${error.stack ?? error}`);
  }
}

const buy = async (terms = {}) => {
  const body = { customer_email: 'ann@example.com', products: ['wp-rocket'], license_key: 'new', ...terms };
  const { license_key: key, licenses } = await send('POST', '/api/v1/brand/licenses/provision', { apiKey, body });
  return { key: key.key, path: `/api/v1/brand/licenses/${licenses[0].id}` };
};
const change = (path, body) => send('PATCH', path, { apiKey, body });
const activateElsewhere = (key, address) =>
  send('POST', '/api/v1/product/licenses/activate', { body: { license_key: key, instance_identifier: address } });
const card = page.locator('.license-service-card');
const open = () => page.goto(`${site.url}/wp-admin/options-general.php?page=${ID}`);
const press = async (label) => {
  await card.getByRole('button', { name: label }).click();
  await card.waitFor();
};
const enter = async (key) => {
  await open();
  if (await card.getByRole('button', { name: 'Deactivate on this site' }).count())
    await press('Deactivate on this site');
  await card.getByLabel('License key').fill(key);
  await card.getByRole('button', { name: /^(Activate|Use another key)$/ }).click();
  await card.waitFor();
};
const shows = async (text) => assert.match(await card.textContent(), text);
const picture = (name) => (withPictures ? card.screenshot({ path: `${IMAGES}wordpress-card-${name}.png` }) : undefined);
const visitor = async (query = '') => {
  const response = await fetch(`${site.url}/?p=1${query}`);
  return { text: await response.text(), ...site.observed() };
};
const runs = async () => (await visitor()).text.includes('Sent to you by License Demo.');
const cron = async () => {
  site.php(
    `wp_clear_scheduled_hook('${ID}'); wp_schedule_single_event(time() - 1, '${ID}'); delete_transient('doing_cron');`,
  );
  await fetch(`${site.url}/wp-cron.php`);
  return site.observed();
};

await page.goto(`${site.url}/wp-login.php`);
await page.fill('#user_login', 'admin');
await page.fill('#user_pass', 'admin');
await page.click('#wp-submit');
await page.waitForURL('**/wp-admin/**');

const links = Object.fromEntries(
  ['renew', 'upgrade', 'manage', 'support'].map((name) => [`${name}_url`, `https://shop.example/${name}/{license_id}`]),
);
await change('/api/v1/brand/products/wp-rocket', { links });
// A site on this machine would take no seat, as the policy of the demo product says.
const ADDRESS = 'https://shop-test.example';
site.pretend(ADDRESS);
const first = await buy({ max_seats: 1 });

await check('the plugin waits for a key, and shows where to enter it', async () => {
  await open();
  await shows(/Enter your license key/);
  assert.equal(await runs(), false);
  await picture('none');
});

await check('a key is activated by a click, and is never shown or in an address', async () => {
  await enter(first.key);
  await shows(/active on this site.*1 of 1 used, 0 free/s);
  assert.ok(!(await page.content()).includes(first.key) && !page.url().includes(first.key));
  assert.equal(await runs(), true);
  await picture('active');
});

await check('Site Health knows the license, and not the key', async () => {
  const found = site.php('echo observed_health();');
  assert.match(found, /"status":"good"/);
  assert.match(found, /"may_run".*"yes"/);
  assert.ok(!found.includes(first.key));
});

const installed = () => readFileSync(`${site.www}/wp-content/plugins/wp-rocket/wp-rocket.php`, 'utf8');

await check('an update is offered, and WordPress installs it', async () => {
  await cron();
  await page.goto(`${site.url}/wp-admin/update-core.php?force-check=1`);
  assert.match(await page.content(), /License Demo/);
  assert.equal(site.php('echo observed_upgrade(false);'), 'installed');
  assert.match(installed(), /Version: 1\.1\.0/);
  site.reinstall();
});

await check('a package with other bytes is refused, and nothing is installed', () => {
  assert.match(site.php('echo observed_upgrade(true);'), /not the package that was published/);
  assert.match(installed(), /Version: 1\.0\.0/);
});

const MOST_CPU_MS = 0.2;
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

await check('a page load with the client costs no query', async () => {
  const cost = { with: [], without: [] };
  const queries = {};
  for (let i = 0; i < LOADS; i += 1)
    for (const [way, query] of [
      ['with', ''],
      ['without', '&without=1'],
    ]) {
      const seen = await visitor(query);
      cost[way].push(seen.cpu_ms);
      queries[way] = seen.queries;
    }
  const [withIt, without] = [median(cost.with), median(cost.without)];
  console.log(`wordpress: page load: ${withIt.toFixed(3)} ms of CPU with the plugin, ${without.toFixed(3)} ms without`);
  // No assertion: on a shared machine a time says how busy it is.
  const [more, isMet] = [(withIt - without).toFixed(3), withIt - without <= MOST_CPU_MS];
  console.log(`wordpress: page load: ${more} ms more (goal ${MOST_CPU_MS}: ${isMet ? 'met' : 'missed'})`);
  console.log(`wordpress: page load: queries ${queries.with} with the plugin, ${queries.without} without`);
  assert.equal(queries.with, queries.without);
});

const broken = await breakService();

const rows = [];
await check('a visitor waits for nothing when the service works', async () => {
  const pages = [];
  for (let i = 0; i < 20; i += 1) pages.push(await visitor());
  assert.ok(pages.every(({ calls }) => calls.length === 0));
  rows.push(`| works | 0 · ${Math.round(median(pages.map(({ ms }) => ms)))} | | | |`);
});
for (const fault of broken.faults)
  await check(`visitors wait for nothing when the service ${fault}`, async () => {
    site.dial(broken.by(fault));
    const pages = [];
    for (let i = 0; i < 20; i += 1) pages.push(await visitor());
    const before = site.observed();
    await page.goto(`${site.url}/wp-admin/index.php`);
    const dashboard = await page.request.get(`${site.url}/wp-admin/plugins.php`).then(() => site.observed());
    const inCron = await cron();
    await open();
    const begun = performance.now();
    await press('Check now');
    const click = performance.now() - begun;
    assert.ok(before && pages.every(({ calls }) => calls.length === 0));
    assert.equal(dashboard.calls.length, 0);
    assert.equal(await runs(), true);
    const round = (ms) => Math.round(ms);
    rows.push(
      `| ${fault} | 0 · ${round(median(pages.map(({ ms }) => ms)))} | 0 · ${round(dashboard.ms)} | ` +
        `${inCron.calls.length} · ${round(inCron.ms)} | ${round(click)} |`,
    );
  });
await check('the card shows an outage, and the time of the next try', async () => {
  await open();
  await shows(/could not be reached/);
  await picture('away');
});
await check('an outage of hours costs one try in six of them, whoever visits the site', async () => {
  const [next, now] = JSON.parse(site.php(`echo json_encode([wp_next_scheduled('${ID}'), time()]);`));
  assert.ok(next - now >= 6 * 3600, `${next - now} s`);
  site.php(`wp_schedule_single_event(time() - 1, 'observed_nothing'); delete_transient('doing_cron');`);
  await fetch(`${site.url}/wp-cron.php`);
  assert.deepEqual(site.observed().calls, []);
});
await check(
  'an outage of an hour costs two tries by cron, the third one is hours later, and visitors notice nothing',
  async () => {
    site.dial(null);
    await cron();
    site.dial(broken.by('answers 500'));
    for (const [least, most] of BACK_OFF_S) {
      assert.equal((await cron()).calls.length, 1);
      const [next, now] = JSON.parse(site.php(`echo json_encode([wp_next_scheduled('${ID}'), time()]);`));
      assert.ok(next - now > least - 10 && next - now <= most, `${next - now} s`);
      for (let i = 0; i < 5; i += 1) {
        const { calls, text } = await visitor();
        assert.deepEqual(calls, []);
        assert.match(text, /Sent to you by License Demo/);
      }
      site.php(`delete_transient('doing_cron');`);
      await fetch(`${site.url}/wp-cron.php`);
      assert.deepEqual(site.observed().calls, []);
    }
  },
);
site.dial(null);
console.log('| the service | a visitor | an admin page | cron | a click |\n|---|---|---|---|---|');
console.log(rows.join('\n'));

await check('after an outage, the next check is an answer again', async () => {
  await cron();
  await open();
  assert.doesNotMatch(await card.textContent(), /could not be reached/);
});

await check('a second site is refused, sees the seats, and takes the one that its owner chooses', async () => {
  await enter((await buy()).key);
  const full = await buy({ max_seats: 2 });
  await activateElsewhere(full.key, 'https://old-shop.example');
  await activateElsewhere(full.key, 'https://blog.example');
  await enter(full.key);
  await shows(/active on all of its 2 sites.*last seen on/s);
  assert.equal(await runs(), false);
  await picture('seats');
  await press('Use the chosen seat for this site');
  await shows(/active on this site/);
  assert.equal(await runs(), true);
});

await check('a copy of a site is asked which of two ways it goes', async () => {
  const only = await buy({ max_seats: 1 });
  await enter(only.key);
  site.pretend('https://copy.example');
  await cron();
  await open();
  await shows(/looks like a copy/);
  await picture('copy');
  await press('Move the seat here');
  await shows(/active on this site/);
  await press('Deactivate on this site');
  site.pretend(ADDRESS);
});

await check('grace and expiry are shown with the renewal, and end the plugin only at the end', async () => {
  const soon = await buy({ expiration_date: new Date(Date.now() + 4_000).toISOString().replace(/\.\d+/, '') });
  await enter(soon.key);
  await pause(4_500);
  await press('Check now');
  await shows(/expired on.*keeps working/s);
  assert.equal(await runs(), true);
  await picture('grace');
  await change(soon.path, { policy: { grace_days: null } });
  await press('Check now');
  await shows(/Renew it to use it here/);
  assert.equal(await runs(), false);
  await picture('expired');
});

await driveNetwork({ check, site, page, buy, id: ID });

await check('nothing was written to the debug log', () => {
  assert.doesNotMatch(site.debugLog(), /license-service-client|wp-rocket/);
});

await browser.close();
broken.stop();
site.stop();
await service.stop();
const tookS = Math.round((performance.now() - begunMs) / 1_000);
if (tookS > MOST_S) failures.push(`it took ${tookS} s`);
console.log(`wordpress: ${tookS} s`);
console.log(`${checked} passed, ${failures.length} failed`);
process.exit(failures.length === 0 ? 0 : 1);
