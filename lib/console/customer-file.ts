import { exportCustomer as exportRoute } from '../api/customers.ts';
import { isRefusal } from '../domain/refusal.ts';
import { SECOND_MS } from '../domain/time.ts';
import { uptimeMs } from '../process/clock.ts';
import { exportCustomer } from '../queries/export-customer.ts';
import { enterBrand, findOwner, readBrands } from './brands.ts';
import type { PageContext } from './call.ts';
import { apiCall, TO_FILL_IN } from './parts.ts';
import { mayDo } from './perform.ts';
import { NOTHING_HERE, problemPage, type Shell } from './respond.ts';

const PAGE = 100;
/** Lambda answers with 6 MB at most, and the answer is a text within JSON, where each quote takes two bytes. */
const MOST_BYTES = 3 * 1024 * 1024;
/** A request of the console has ten seconds, and one more page takes up to a few. */
const MOST_MS = 6 * SECOND_MS;

/** Everything about a customer leaves the console with it, so it takes more than a look at the customer. */
export const CUSTOMER_FILE = { route: exportRoute, forAdmins: true } as const;

/** Everything about one customer, as the pages of the API in one file. */
export async function customerFile(c: PageContext, shell: Shell): Promise<Response> {
  const call = c.get('call');
  const person = c.get('person');
  const customer_id = String(c.req.param('id')).toLowerCase();
  const found = await findOwner(call, await readBrands(call, person), customer_id);
  if (found === undefined) return problemPage(c, shell, 404, NOTHING_HERE);
  if (!mayDo(found.own.role, CUSTOMER_FILE))
    return problemPage(c, shell, 403, 'Your role may not take all data of a customer. Ask a brand admin.');
  const ctx = enterBrand(call, person, found.own);
  const endsMs = uptimeMs() + MOST_MS;
  const pages: string[] = [];
  let bytes = 0;
  let cursor: string | undefined;
  do {
    if (bytes > MOST_BYTES || uptimeMs() > endsMs) return tooMuch(c, shell, customer_id);
    const page = await exportCustomer(ctx, { email: undefined, customer_id, limit: PAGE, cursor });
    if (isRefusal(page)) return problemPage(c, shell, 404, NOTHING_HERE);
    const text = JSON.stringify(page.body);
    pages.push(text);
    bytes += Buffer.byteLength(text);
    cursor = page.body.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return c.body(`[${pages.join(',\n')}]\n`, 200, {
    'content-type': 'application/json; charset=utf-8',
    'content-disposition': `attachment; filename="customer-${customer_id}.json"`,
  });
}

function tooMuch(c: PageContext, shell: Shell, customer_id: string): Promise<Response> {
  const sentence =
    'The data of this customer is too much for one file. Take it page by page by the API: each page has the cursor ' +
    'of the next one.';
  const more = apiCall('GET', exportRoute.path, { query: { customer_id, limit: String(PAGE), cursor: TO_FILL_IN } });
  const link = [`/console/customers/${customer_id}`, 'To the customer'] as const;
  return problemPage(c, shell, 413, sentence, { title: 'Too much for one file', more, link });
}
