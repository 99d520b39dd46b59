// Drives the console and the API page under `npm start` with a real browser: every act as each role, an expired
// session, another brand's address, script switched off, 360 px, dark, and axe on every page. `--pictures` writes those
// of the documents.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { driveAnswer } from './answer.mjs';
import { driveApiPage } from './api-page.mjs';
import { openAxeReport } from './axe-report.mjs';
import { driveBrand } from './brand.mjs';
import { driveEdges } from './edges.mjs';
import { driveEveryAct } from './every-act.mjs';
import { openPages } from './pages.mjs';
import { liveOn, sellLicenses, startWholeService } from './service.mjs';

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = process.env.CHROMIUM ?? BROWSERS.find((path) => existsSync(path));
const PICTURES = fileURLToPath(new URL('../../docs/pictures/', import.meta.url));
const withPictures = process.argv.includes('--pictures');

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

const axeReport = openAxeReport();
const pages = openPages(browser, address, axeReport);
const { signIn } = pages;

const picture = (page, name) => (withPictures ? page.screenshot({ path: `${PICTURES}${name}.png` }) : undefined);

const license = `/console/licenses/${made.full.id}`;
const support = await signIn('Sam Support');
const admin = await signIn('Bea Brand');

const inBrand = (path) => address(`/console/brands/${shop.slug}${path}`);
const drive = { ...pages, check, support, admin, browser, address, inBrand, service, made, shop, license, picture };

await driveAnswer(drive);
await driveBrand(drive);
await driveApiPage(drive);
await driveEveryAct(drive);
await driveEdges(drive);

console.log(`console: ${axeReport.write(withPictures ? PICTURES : undefined)}`);
await browser.close();
shop.stop();
await service.stop();
console.log(
  failures.length === 0
    ? `console: all ${checked} checks hold`
    : `console: FAILED ${failures.length} checks:\n${failures.join('\n')}`,
);
process.exitCode = failures.length === 0 ? 0 : 1;
