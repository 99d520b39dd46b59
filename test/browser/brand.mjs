// The pages of a brand: lists, single things, what is found in them.
import assert from 'node:assert/strict';

const PAGE_BYTES = 100 * 1024;

export async function driveBrand({
  check,
  support,
  admin,
  address,
  inBrand,
  shop,
  picture,
  assertAccessible,
  find,
  act,
}) {
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
      ['many@example.com', /25 licenses/],
      ['nothing-like-this', /Nothing found/],
    ]) {
      await find(admin, text);
      assert.match(await admin.locator('h1').textContent(), heading);
      assert.ok(Buffer.byteLength(await admin.content()) < PAGE_BYTES);
      await assertAccessible(admin);
    }
    const response = await support.goto(inBrand('/api-keys'));
    assert.equal(response.status(), 403);
    await assertAccessible(support);
  });
}
