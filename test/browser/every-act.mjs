// Every act of the console, as each role: a form that is opened, filled in and sent by who may do it, and neither shown
// to nor taken from who may not.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { allActs } from '../../lib/console/acts.ts';
import { mayDo } from '../../lib/console/perform.ts';
import { openPlaces } from './places.mjs';

/** Typed by the tests without a browser too. The demo brand sells another second product than theirs. */
const VALUES = JSON.parse(
  readFileSync(new URL('../support/console/act-values.json', import.meta.url), 'utf8').replaceAll(
    'imagify',
    'rocketcdn',
  ),
);

export async function driveEveryAct({ check, support, admin, address, signIn, service, shop }) {
  const places = openPlaces(service, shop);
  const platform = await signIn('Pat Platform');

  const formIn = (page, action) => page.locator(`form[action="${new URL(action).pathname}"]`).first();

  async function press(page, action, act, values) {
    const form = formIn(page, action);
    const around = form.locator('xpath=ancestor::details[1]');
    if ((await around.count()) > 0 && (await around.getAttribute('open')) === null)
      await around.locator('summary').first().click();
    for (const { name, kind } of act.fields)
      if (kind !== 'hidden' && values[name] !== undefined) await form.locator(`[name="${name}"]`).fill(values[name]);
    await form.locator('[name="reason"]').fill('ticket 7');
    await form.locator('button').last().click();
    await page.locator('.done, .fault, .problem').first().waitFor();
    const heard = await page.locator('.done, .fault, .problem').first().textContent();
    assert.ok(heard?.includes(act.done), heard ?? '');
    if (act.shows !== undefined && act.name !== 'create') assert.equal(await page.locator('.secret').count(), 1);
  }

  async function refusedTo(page, url, action, values) {
    await page.goto(url);
    assert.equal(await formIn(page, action).count(), 0, 'its form is shown');
    const headers = { origin: service.baseUrl, 'sec-fetch-site': 'same-origin' };
    const sent = await page.request.post(action, { form: { ...values, reason: 'x' }, headers, maxRedirects: 0 });
    assert.equal(sent.status(), 403);
  }

  for (const act of allActs) {
    const key = `${act.on}/${act.name}`;
    await check(`${key} is done by who may, and neither shown to nor taken from who may not`, async () => {
      const { page, values: more } = await places[key]();
      const values = { ...VALUES[key], ...more };
      const url = address(`/console/${page}`);
      const action = address(`/console/${page.split('?')[0]}/${act.name}`);
      if (mayDo('support', act)) {
        await support.goto(url);
        assert.equal(await formIn(support, action).count(), 1);
      } else await refusedTo(support, url, action, values);
      for (const person of [platform, admin]) await person.goto(url);
      assert.equal(await formIn(platform, action).count(), 1);
      await press(admin, action, act, values);
    });
    if (!mayDo('support', act)) continue;
    await check(`${key} is done by support`, async () => {
      const { page } = await places[key]();
      await support.goto(address(`/console/${page}`));
      await press(support, address(`/console/${page.split('?')[0]}/${act.name}`), act, {});
    });
  }

  const others = [
    ['brands/create', '/console', 'create'],
    [`brands/${shop.slug}/change`, `/console/brands/${shop.slug}`, 'change'],
  ];
  for (const [path, page, name] of others)
    await check(`${name} of a brand is for the platform team alone`, async () => {
      const action = address(`/console/${path}`);
      for (const person of [support, admin]) await refusedTo(person, address(page), action, {});
      await platform.goto(address(page));
      assert.equal(await formIn(platform, action).count(), 1);
      if (name === 'change') await press(platform, action, { name, fields: [], done: 'The brand is changed.' }, {});
    });
  await platform.context().close();
}
