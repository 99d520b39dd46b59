import { isRefusal } from '../domain/refusal.ts';
import { exportCustomer } from '../queries/export-customer.ts';
import { enterBrand, findOwner, readBrands } from './brands.ts';
import type { PageContext } from './call.ts';
import { NOTHING_HERE, problemPage, type Shell } from './respond.ts';

const PAGE = 100;

/** Everything about one customer, as the pages of the API in one file. */
export async function customerFile(c: PageContext, shell: Shell): Promise<Response> {
  const call = c.get('call');
  const person = c.get('person');
  const customer_id = (c.req.param('id') ?? '').toLowerCase();
  const found = await findOwner(call, await readBrands(call, person), customer_id);
  const pages: unknown[] = [];
  let cursor: string | undefined;
  do {
    const page =
      found &&
      (await exportCustomer(enterBrand(call, person, found.own), {
        email: undefined,
        customer_id,
        limit: PAGE,
        cursor,
      }));
    if (page === undefined || isRefusal(page)) return problemPage(c, shell, 404, NOTHING_HERE);
    pages.push(page.body);
    cursor = page.body.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return c.body(JSON.stringify(pages, null, 2), 200, {
    'content-type': 'application/json; charset=utf-8',
    'content-disposition': `attachment; filename="customer-${customer_id}.json"`,
  });
}
