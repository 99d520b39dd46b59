// The plugin in a network of sites in folders: active for all of them with one license, and on each with its own.
import assert from 'node:assert/strict';

const PLUGIN = 'wp-rocket/wp-rocket.php';
const ADMIN = "require 'wp-admin/includes/plugin.php';";
const SENTENCE = 'Sent to you by License Demo.';

/** `check`, `page` and `buy` are those of the drive; `id` names the option, the event and the page of the license. */
export async function driveNetwork({ check, site, page, buy, id }) {
  site.pretend('');
  const main = site.becomeNetwork();
  const second = site.addSite('second');
  const load = async (one, query = '') => {
    const response = await fetch(`${one.url}?p=1${query}`);
    return { text: await response.text(), ...site.observed() };
  };
  const runs = async (one) => {
    const { text, calls } = await load(one);
    assert.deepEqual(calls, []);
    return text.includes(SENTENCE);
  };
  const use = (one, call, ...args) =>
    JSON.parse(one.php(`echo json_encode(license_demo()->${call}(${args.map((arg) => `'${arg}'`).join(', ')}));`));
  const eventOf = (one) => JSON.parse(one.php(`echo json_encode(wp_next_scheduled('${id}'));`));

  await check(
    'a network shares one license: activated in its own admin area, it lets every site run at once',
    async () => {
      main.php(`${ADMIN} deactivate_plugins('${PLUGIN}'); activate_plugin('${PLUGIN}', '', true);`);
      assert.deepEqual([await runs(main), await runs(second)], [false, false]);
      await page.context().clearCookies();
      await page.goto(`${site.url}/wp-login.php`);
      await page.fill('#user_login', 'admin');
      await page.fill('#user_pass', 'admin');
      await page.click('#wp-submit');
      await page.waitForURL('**/wp-admin/**');
      await page.goto(`${site.url}/wp-admin/network/settings.php?page=${id}`);
      const card = page.locator('.license-service-card');
      await card.getByLabel('License key').fill((await buy()).key);
      await card.getByRole('button', { name: 'Activate' }).click();
      await card.getByText(/active on this site/).waitFor();
      assert.deepEqual([await runs(main), await runs(second)], [true, true]);
    },
  );

  await check('a page of a site in the network costs no query, and no call', async () => {
    for (const one of [main, second]) {
      const seen = { with: await load(one), without: await load(one, '&without=1') };
      assert.ok(seen.with.text.includes(SENTENCE) && !seen.without.text.includes(SENTENCE));
      assert.equal(seen.with.queries, seen.without.queries);
    }
  });

  await check('a network has one event, whichever of its sites asks', async () => {
    assert.equal(use(second, 'implementation()->refresh').ok, true);
    assert.ok(eventOf(main) > 0);
    assert.equal(eventOf(second), false);
  });

  await check('where the plugin is active on single sites, each has its license and its event', async () => {
    use(main, 'deactivate');
    assert.deepEqual([await runs(main), await runs(second)], [false, false]);
    main.php(`${ADMIN} deactivate_plugins('${PLUGIN}', false, true);`);
    for (const one of [main, second]) one.php(`${ADMIN} activate_plugin('${PLUGIN}'); license_demo();`);
    assert.equal(use(second, 'activate', (await buy()).key).ok, true);
    assert.deepEqual([await runs(main), await runs(second)], [false, true]);
    assert.deepEqual([eventOf(main) > 0, eventOf(second) > 0], [false, true]);
    assert.equal(use(main, 'activate', (await buy()).key).ok, true);
    assert.deepEqual([await runs(main), await runs(second)], [true, true]);
  });
}
