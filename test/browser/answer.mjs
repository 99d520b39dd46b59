// The first page, the box, the page of a license with its acts, and that of a key.
import assert from 'node:assert/strict';

const PAGE_BYTES = 100 * 1024;
const PAGE_MS = 1_000;

export async function driveAnswer({
  check,
  support,
  admin,
  address,
  service,
  made,
  license,
  picture,
  assertAccessible,
  find,
  act,
}) {
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
}
