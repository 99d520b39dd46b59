// Drives the console under `npm start` with a real browser: every role, the acts, an expired session, another brand's
// address, script switched off, 360 px, dark, and axe on every page. `--pictures` writes those of the documents.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { openPages } from './pages.mjs';
import { liveOn, sellLicenses, startWholeService } from './service.mjs';

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = process.env.CHROMIUM ?? BROWSERS.find((path) => existsSync(path));
const PICTURES = fileURLToPath(new URL('../../docs/pictures/', import.meta.url));
const withPictures = process.argv.includes('--pictures');
const PAGE_BYTES = 100 * 1024;
const PAGE_MS = 1_000;

const service = await startWholeService();
const made = await sellLicenses(service);
const shop = await liveOn(service);
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
const address = (path) => `${service.baseUrl}${path}`;
const failures = [];
let checked = 0;

async function check(name, run) {
  try {
    await run();
    checked += 1;
    console.log(`console: ${name}`);
  } catch (error) {
    failures.push(name);
    console.log(`console: FAILED ${name}: ${error.stack ?? error}`);
  }
}

const { signIn, assertAccessible, find, act } = openPages(browser, address);

const picture = (page, name) => (withPictures ? page.screenshot({ path: `${PICTURES}${name}.png` }) : undefined);

const license = `/console/licenses/${made.full.id}`;
const support = await signIn('Sam Support');
const admin = await signIn('Bea Brand');

await check('the first page comes within a second and below 100 KB', async () => {
  const begun = performance.now();
  const response = await support.goto(address('/console'));
  const took = performance.now() - begun;
  const { length } = await response.body();
  console.log(`console: first page ${length} bytes in ${Math.round(took)} ms`);
  assert.ok(length < PAGE_BYTES);
  assert.ok(took < PAGE_MS, `it took ${Math.round(took)} ms`);
  await assertAccessible(support);
});

for (const [what, text] of [
  ['a site in any spelling', 'HTTPS://www.Shop.example/'],
  ['a whole key', made.full.key],
  ['an order number', 'ORDER-1001'],
  ['an e-mail address', 'ann@example.com'],
])
  await check(`the box finds ${what}`, async () => {
    await support.goto(address('/console'));
    await find(support, text);
    assert.ok(support.url().includes(license), support.url());
    assert.ok(!support.url().includes(made.full.key) && !support.url().includes('ann@'));
  });

await check('the answer is accessible and says what is so', async () => {
  await support.goto(address(`${license}?instance=https://new.example`));
  assert.match(await support.locator('h1').textContent(), /may not run: it is not active, and all 2 seats are taken/);
  assert.equal(await support.locator('b').count(), 0);
  await assertAccessible(support);
  await picture(support, 'console-answer');
});

await check('support sees no act of a brand admin', async () => {
  assert.equal(await support.getByText('Cancel for good').count(), 0);
});

await check('support frees a seat, and undoes it', async () => {
  await support.goto(address(license));
  const row = support.getByRole('row', { name: /shop-old\.example/ });
  await row.getByText('Free', { exact: true }).click();
  await row.getByLabel('Reason').fill('site is gone');
  await row.getByRole('button', { name: 'Free this seat' }).click();
  await support.getByText('The seat is free.').waitFor();
  await support.getByText('Undo', { exact: true }).click();
  await support.getByRole('button', { name: 'Give the seat back' }).click();
  await support.getByText('The site has its seat again.').waitFor();
});

await check('a brand admin raises the limit, suspends and resumes', async () => {
  await admin.goto(address(license));
  await act(admin, 'Change the seat limit', { Seats: '3' }, 'Change the seat limit');
  await admin.getByRole('status').getByText('The seat limit is changed.').waitFor();
  await act(admin, 'Suspend', {}, 'Suspend');
  await admin.getByRole('status').getByText('The license is suspended.').waitFor();
  await act(admin, 'Resume', {}, 'Resume');
  await admin.getByRole('status').getByText('The license is resumed.').waitFor();
});

await check('a refused form comes back with what was typed', async () => {
  await act(admin, 'Change the seat limit', { Seats: 'many' }, 'Change the seat limit');
  assert.equal(await admin.locator('.acts details[open]').getByLabel('Seats', { exact: true }).inputValue(), 'many');
  await assertAccessible(admin);
});

await check('a key is shown once, and a customer and a key have accessible pages', async () => {
  await admin.goto(address(`/console/license-keys/${made.full.keyId}`));
  await assertAccessible(admin);
  await act(admin, 'Show the whole key', {}, 'Show the whole key');
  assert.equal(await admin.locator('.secret').textContent(), made.full.key);
  await admin.goto(address(`/console/license-keys/${made.full.keyId}`));
  assert.equal(await admin.locator('.secret').count(), 0);
  await admin.getByRole('link', { name: 'ann@example.com' }).click();
  await admin.waitForURL('**/customers/**');
  await assertAccessible(admin);
});

await check('the slider shows an earlier moment by a part of the page', async () => {
  await service.send('POST', `/__local/tick?now=${new Date(Date.now() + 20 * 60_000).toISOString().slice(0, 19)}Z`);
  await admin.goto(address(license));
  await admin.locator('#minute').focus();
  await admin.keyboard.press('ArrowLeft');
  await admin.getByRole('button', { name: 'Show that moment' }).click();
  await admin.getByText(/the license was/).waitFor();
  assert.match(admin.url(), /minute=\d+/);
});

const inBrand = (path) => address(`/console/brands/${shop.slug}${path}`);
const pages = [
  ['/sales?product=wp-rocket'],
  ['/customers?product=wp-rocket'],
  ['/license-keys?product=wp-rocket'],
  ['/products'],
  ['/products/wp-rocket'],
  ['/releases?product=wp-rocket'],
  ['/bundles'],
  ['/exports'],
  ['/webhook-endpoints'],
  [`/webhook-endpoints/${shop.endpointId}`, 'console-deliveries'],
  ['/api-keys'],
  ['/imports'],
  [`/imports/${shop.importId}`, 'console-import'],
  [''],
];
for (const [path, name] of pages)
  await check(
    `a brand admin sees ${path.split('/')[1] ?? 'the brand'}${name === undefined ? '' : ', one of them'}`,
    async () => {
      const response = await admin.goto(inBrand(path));
      assert.equal(response.status(), 200);
      assert.ok((await response.body()).length < PAGE_BYTES);
      await assertAccessible(admin);
      if (name !== undefined) await picture(admin, name);
    },
  );

for (const noun of ['releases', 'bundles', 'api-keys', 'exports'])
  await check(`the page of one of the ${noun} is accessible`, async () => {
    await admin.goto(inBrand(`/${noun}?product=wp-rocket`));
    await admin.locator('#list ~ .scroll tbody a').first().click();
    await admin.waitForURL(`**/${noun}/*`);
    await assertAccessible(admin);
  });

await check('a brand admin makes a draft of a release, and sees the command for its package once', async () => {
  await admin.goto(inBrand('/releases?product=wp-rocket'));
  await act(admin, 'Create a release', { 'Slug of the product': 'wp-rocket', Version: '99.0' }, 'Create a release');
  assert.match(await admin.locator('.secret').textContent(), /^curl --upload-file FILE /);
  await assertAccessible(admin);
});

await check('a list of what was found, nothing found and a forbidden page are accessible', async () => {
  await admin.goto(address('/console'));
  for (const [text, heading] of [
    ['twice@example.com', /2 licenses/],
    ['nothing-like-this', /Nothing found/],
  ]) {
    await find(admin, text);
    assert.match(await admin.locator('h1').textContent(), heading);
    await assertAccessible(admin);
  }
  const response = await support.goto(inBrand('/api-keys'));
  assert.equal(response.status(), 403);
  await assertAccessible(support);
});

await check('the page of an outage is accessible, and keeps what was typed', async () => {
  await admin.goto(address(license));
  await service.send('POST', '/__local/fault?what=table&mode=away');
  try {
    await act(admin, 'Change the seat limit', { Seats: '7' }, 'Change the seat limit');
    assert.match(await admin.locator('h1').textContent(), /Not available/);
    assert.equal(await admin.getByLabel('max seats').inputValue(), '7');
    await assertAccessible(admin);
  } finally {
    await service.send('POST', '/__local/fault?what=table&mode=off');
  }
});

await check('a brand admin sees how the brand is doing, in light, dark and 360 px', async () => {
  const response = await admin.goto(address(`/console/analytics?brand=${shop.slug}`));
  assert.ok((await response.body()).length < PAGE_BYTES);
  assert.match(await admin.locator('main').textContent(), /Active licenses\s+\d/);
  await assertAccessible(admin);
  await picture(admin, 'console-analytics');
  for (const change of [
    () => admin.emulateMedia({ colorScheme: 'dark' }),
    () => admin.setViewportSize({ width: 360, height: 740 }),
  ]) {
    await change();
    await assertAccessible(admin);
  }
  const { scroll, client } = await admin.evaluate(() => ({
    scroll: document.documentElement.scrollWidth,
    client: document.documentElement.clientWidth,
  }));
  assert.ok(scroll <= client, `the page is ${scroll} px wide`);
  await admin.emulateMedia({ colorScheme: null });
  await admin.setViewportSize({ width: 1200, height: 900 });
});

await check('a secret is shown once, and a message is sent again', async () => {
  await admin.goto(inBrand('/api-keys'));
  await act(admin, 'Create an API key', { Purpose: 'Back office' }, 'Create an API key');
  assert.match(await admin.locator('.secret').textContent(), /^cls_/);
  await admin.goto(inBrand('/api-keys'));
  assert.equal(await admin.locator('.secret').count(), 0);
  await admin.goto(inBrand(`/webhook-endpoints/${shop.endpointId}`));
  const row = admin.getByRole('row', { name: /license/ }).first();
  await row.getByText('Send again', { exact: true }).first().click();
  await row.getByLabel('Reason').fill('the shop lost it');
  await row.getByRole('button', { name: 'Send again' }).click();
  await admin.getByText('The message is queued.').waitFor();
});

await check('Chromium keeps the cookie of a console on HTTPS, and no other host sets it', async () => {
  const attributes = 'Path=/; HttpOnly; SameSite=Lax; Secure';
  const cookies = ['__Host-console=ours', '__Host-wide=x; Domain=localhost', '__Host-deep=x; Path=/console'];
  const server = createServer((request, response) => {
    response.setHeader(
      'set-cookie',
      cookies.map((cookie) => `${cookie}; ${cookie.includes('Path') ? 'Secure' : attributes}`),
    );
    response.end(request.headers.cookie ?? '');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const context = await browser.newContext();
  const page = await context.newPage();
  for (const _ of ['sets them', 'sends them']) await page.goto(`http://localhost:${server.address().port}/`);
  assert.equal(await page.locator('body').textContent(), '__Host-console=ours');
  assert.equal(await page.evaluate(() => document.cookie), '');
  await context.close();
  server.close();
});

await check('another brand’s address is the page of what does not exist', async () => {
  const texts = [];
  for (const id of [made.foreign.id, '01938c5b-11aa-7b3c-8d4e-2f60718293a4']) {
    const response = await admin.goto(address(`/console/licenses/${id}`));
    assert.equal(response.status(), 404);
    texts.push((await admin.locator('main').textContent()).replaceAll(/[0-9a-f-]{36}/g, ''));
  }
  assert.equal(texts[0], texts[1]);
});

await check('the platform team sees both brands', async () => {
  const platform = await signIn('Pat Platform');
  assert.equal(await platform.getByRole('cell', { name: 'platform' }).count(), 2);
  await assertAccessible(platform);
  await act(
    platform,
    'Create a brand',
    { Name: 'Third', Slug: 'third', 'Prefix of its license keys': 'THRD' },
    'Create a brand',
  );
  await platform.getByText('The brand is created.').waitFor();
  await assertAccessible(platform);
  await platform.goto(address(`/console/licenses/${made.foreign.id}`));
  assert.match(await platform.locator('h1').textContent(), /^The license lets its sites run/);
  await platform.context().close();
});

await check('everything works with script switched off', async () => {
  const plain = await signIn('Bea Brand', { javaScriptEnabled: false });
  await find(plain, 'shop.example');
  await act(plain, 'Renew', { Duration: 'P1Y' }, 'Renew');
  await plain.getByText('The license is renewed.').waitFor();
  assert.ok((await plain.locator('time').first().textContent()).endsWith('UTC'));
  await plain.context().close();
});

for (const [name, options] of [
  ['360', { viewport: { width: 360, height: 740 } }],
  ['dark', { colorScheme: 'dark' }],
])
  await check(`the answer fits and is accessible in ${name}`, async () => {
    const page = await signIn('Sam Support', options);
    await page.goto(address(`${license}?instance=https://shop.example`));
    const { scroll, client } = await page.evaluate(() => ({
      scroll: document.documentElement.scrollWidth,
      client: document.documentElement.clientWidth,
    }));
    assert.ok(scroll <= client, `the page is ${scroll} px wide`);
    await assertAccessible(page);
    await picture(page, `console-${name}`);
    await page.context().close();
  });

await check('a session that is over leads to the sign-in, and signing out ends one', async () => {
  await admin.goto(address('/console'));
  await admin.getByRole('button', { name: 'Sign out' }).click();
  await admin.getByText('You are signed out.').waitFor();
  await service.send('POST', `/__local/tick?now=${new Date(Date.now() + 180 * 60_000).toISOString().slice(0, 19)}Z`);
  await support.goto(address(license));
  await support.getByRole('heading', { name: 'Who are you?' }).waitFor();
  await assertAccessible(support);
});

await browser.close();
shop.stop();
await service.stop();
console.log(
  failures.length === 0
    ? `console: all ${checked} checks hold`
    : `console: FAILED ${failures.length} checks:\n${failures.join('\n')}`,
);
process.exitCode = failures.length === 0 ? 0 : 1;
