// Uses the pages of the console as a person does, and collects the findings of axe.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** `address` makes an address of the service from a path. `report` gets what axe found on each page. */
export function openPages(browser, address, report) {
  async function signIn(person, options = {}) {
    const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
    const page = await context.newPage();
    await page.goto(address('/console'));
    // Axe itself needs script.
    if (options.javaScriptEnabled !== false) await assertAccessible(page);
    await page.getByRole('button', { name: person }).click();
    await page.waitForURL('**/console');
    return page;
  }

  async function assertAccessible(page) {
    await page.evaluate(AXE);
    const results = await page.evaluate(() => globalThis.axe.run());
    const { violations } = results;
    const isDark = await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches);
    report.add(results, { title: await page.title(), isDark });
    const found = violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .map(({ html }) => html)
          .join(' ')
          .slice(0, 300)}`,
    );
    assert.deepEqual(found, []);
  }

  async function find(page, text) {
    await page.getByRole('searchbox').first().fill(text);
    await page.getByRole('button', { name: 'Find' }).first().click();
    await page.waitForLoadState();
  }

  async function act(page, summary, fields, button) {
    await page.locator('.acts summary', { hasText: summary }).click();
    const form = page.locator('.acts details[open] form').first();
    for (const [label, value] of Object.entries({ Reason: 'ticket 7', ...fields }))
      await form.getByLabel(label, { exact: true }).fill(value);
    await form.getByRole('button', { name: button }).click();
    await page.waitForLoadState();
  }
  return { signIn, assertAccessible, find, act };
}
