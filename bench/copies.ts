import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { newId } from '../lib/process/ids.ts';
import { keepCopy, MAX_COPIES } from '../lib/table/copies.ts';
import { publicProductKey } from '../lib/table/public-products.ts';
import { figure, type Row } from './rows.ts';

const BRAND = 'BENCH';

/** Measures what a full memory of copies holds: the public halves of a thousand products with four links each. */
export function measureCopies(group: string): Row {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < MAX_COPIES; i += 1) keepCopy({ name: 'bench' }, publicProductKey(BRAND, `p-${i}`), newItem(i), 0);
  collectGarbage();
  const kilobytes = (process.memoryUsage().heapUsed - before) / 1024;
  return figure(group, `memory of ${MAX_COPIES} copies, of products with four links`, `${kilobytes.toFixed(0)} KB`);
}

/** As the wire makes it: no two items share a text. */
function newItem(i: number): Record<string, unknown> {
  const url = (page: string): string => `https://shop.example.com/${page}/{product}?license={license_id}&n=${i}`;
  const links = { renew_url: url('renew'), upgrade_url: url('up'), manage_url: url('my'), support_url: url('help') };
  const item = { ...publicProductKey(BRAND, `p-${i}`), id: newId(i), slug: `p-${i}`, links };
  return JSON.parse(JSON.stringify(item)) as Record<string, unknown>;
}
