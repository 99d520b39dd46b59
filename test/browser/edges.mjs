// An outage, analytics, what is shown once, the cookie of HTTPS, foreign addresses, no script, small and dark screens.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';

const PAGE_BYTES = 100 * 1024;

export async function driveEdges({
  check,
  support,
  admin,
  browser,
  address,
  inBrand,
  service,
  made,
  shop,
  license,
  picture,
  signIn,
  assertAccessible,
  find,
  act,
}) {
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
    assert.match(await admin.locator('main').textContent(), /Checks\s+[1-9].*by reason\s+[1-9]/s);
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
    const analytics = await platform.goto(address('/console/analytics?granularity=day'));
    assert.ok((await analytics.body()).length < PAGE_BYTES);
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
}
