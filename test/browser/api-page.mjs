// The API page: what axe finds, a phone's width, dark mode, the filter, and a request that is sent from it.
import assert from 'node:assert/strict';

const PHONE = { viewport: { width: 390, height: 844 } };

export async function driveApiPage({ check, browser, address, assertAccessible }) {
  const context = await browser.newContext({ ...PHONE, colorScheme: 'dark' });
  const page = await context.newPage();
  const faults = [];
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(address('/')) && !request.url().startsWith('data:')) faults.push(request.url());
  });
  const operations = page.locator('.opblock');

  await check('the API page shows every operation in 390 px, and axe finds nothing, dark or light', async () => {
    await page.goto(address('/api/docs'));
    await operations.first().waitFor();
    const document_ = await (await fetch(address('/openapi.json'))).json();
    const count = (paths) => Object.values(paths).flatMap((methods) => Object.keys(methods)).length;
    assert.equal(await operations.count(), count(document_.paths) + count(document_.webhooks));
    const { scroll, client, isDark } = await page.evaluate(() => ({
      scroll: document.documentElement.scrollWidth,
      client: document.documentElement.clientWidth,
      isDark: document.documentElement.classList.contains('dark-mode'),
    }));
    assert.ok(scroll <= client, `the page is ${scroll} px wide`);
    assert.ok(isDark);
    await assertAccessible(page);
    await page.emulateMedia({ colorScheme: 'light' });
    await assertAccessible(page);
  });

  await check('the API page filters by words, and sends a request that is tried out', async () => {
    await page.getByRole('searchbox', { name: 'Find an operation' }).fill('activate');
    const activate = page.locator('#operations-Product-activate_license, [id$="-activate_license"]').first();
    await activate.waitFor();
    assert.equal(await page.locator('[id$="-deactivate_license"]').count(), 0);
    await activate.locator('.opblock-summary-control').click();
    await activate.getByRole('button', { name: 'Try it out' }).click();
    await assertAccessible(page);
    await activate.getByRole('button', { name: 'Execute' }).click();
    const status = activate.locator('.live-responses-table tbody .response-col_status').first();
    await status.waitFor();
    assert.match((await status.textContent()) ?? '', /^404/);
  });

  await check('the API page asks no other host, and breaks no policy', () => {
    // The browser reports the refusal that was tried out.
    assert.deepEqual(
      faults.filter((fault) => !/status of 404/.test(fault)),
      [],
    );
  });
  await context.close();
}
