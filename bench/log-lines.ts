import { checkLicense } from '../lib/api/check.ts';
import { atMost, type Row } from './rows.ts';
import type { BenchService } from './service.ts';
import { capturingStdout } from './stdout.ts';

const GROUP = 'Log';
const CHECKS = 20;
const PRODUCT = 'wp-rocket';

/** The log lines of good, bad and refused checks at level INFO. */
export async function measureLogLines(service: BenchService): Promise<Row[]> {
  const shop = await service.newShop([PRODUCT]);
  const { licenseKey: license_key } = await service.buy(shop, { products: [PRODUCT] });
  const site = { license_key, product: PRODUCT, instance_identifier: 'https://one.example.com' };
  await service.activate(license_key, PRODUCT, site.instance_identifier);
  const requests = [
    site,
    { ...site, instance_identifier: 'two.example.com' },
    { ...site, product: 'imagify' },
    { ...site, license_key: 'none' },
  ];
  const linesPerCheck: number[] = [];
  const bytesPerLine: number[] = [];
  // A deployed function gets the name of a trace from Lambda, and maybe a long request id from a client.
  process.env['_X_AMZN_TRACE_ID'] = 'Root=1-67891233-abcdef012345678912345678;Parent=463ac35c9f6413ad;Sampled=0';
  const headers = { 'x-request-id': 'r'.repeat(64) };
  for (let i = 0; i < CHECKS; i += 1) {
    const query = requests[i % requests.length] ?? site;
    const { written } = await capturingStdout(() => service.call(checkLicense, { query, headers }, [200, 404]));
    const lines = written.split('\n').filter((line) => line !== '');
    linesPerCheck.push(lines.length);
    bytesPerLine.push(...lines.map((line) => Buffer.byteLength(line) + 1));
  }
  delete process.env['_X_AMZN_TRACE_ID'];
  if (bytesPerLine.length === 0) throw new Error('no check wrote a line: the log was not seen');
  return [
    atMost(GROUP, 'lines per check, at most', 1, Math.max(...linesPerCheck)),
    atMost(GROUP, 'bytes per line, at most', 300, Math.max(...bytesPerLine)),
  ];
}
