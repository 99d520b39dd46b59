import { isRefusal, refuse, type Refusal } from '../domain/refusal.ts';
import { msOf } from '../domain/time.ts';
import type { BrandContext } from '../context.ts';
import type { LicenseList, ListLicensesInput } from '../http/routes/brand.ts';
import type { CustomersLicense } from '../table/customers.ts';
import { isReachedBy, licensesByEmail } from '../table/email-slots.ts';
import type { Key } from '../table/keys.ts';
import { entryOf, viewsAt } from '../table/license-view.ts';
import type { Answer } from '../table/once.ts';
import { retrying } from '../table/retrying.ts';
import { openCursor, sealCursor } from './cursor.ts';

/** What one read can bring: licenses, their keys and their customer together. */
const MAX_ITEMS = 100;

/** A customer's licenses, newest first, in two round trips, three where the e-mail is not the customer's first. Consistent: a license provisioned a moment ago is there. */
export async function listLicenses(ctx: BrandContext, input: ListLicensesInput): Promise<Answer<LicenseList> | Refusal> {
  const { email, status, expires_before, limit, cursor } = input;
  const place = { vault: ctx.vault, owner: ctx.brand.key_prefix, list: 'licenses', filters: { email, status, expires_before } };
  const after = openCursor(place, cursor);
  if (isRefusal(after)) return after;

  const hash = ctx.vault.keyedHash(email, 'email');
  return retrying<Answer<LicenseList> | Refusal>(ctx.table, async () => {
    const page = await licensesByEmail(ctx.table, ctx.brand.key_prefix, hash, { limit, after });
    const { fitting, last } = fit(page?.licenses ?? [], page?.last);
    if (page === undefined || fitting.length === 0) return { body: { licenses: [], next_cursor: null } };
    const views = await viewsAt(
      ctx,
      fitting.map(({ anchor, key_home }) => ({ anchor, key_home, customer_home: page.home })),
    );
    // The e-mail is another person's since the page was found.
    if (views.some(({ customer }) => !isReachedBy(customer, hash))) return after === undefined ? 'again' : refuse('cursor_invalid');
    const licenses = views
      .map((view) => entryOf(ctx, view))
      .filter((entry) => (status === undefined || entry.status === status) && expiresBefore(entry.expires_at, expires_before));
    return { body: { licenses, next_cursor: sealCursor(place, last) } };
  });
}

/** As many licenses as one read can bring; a page may be short while there is a cursor. */
function fit(licenses: readonly CustomersLicense[], last: Key | undefined): { fitting: CustomersLicense[]; last: Key | undefined } {
  const keyHomes = new Set<string>();
  const fitting: CustomersLicense[] = [];
  for (const license of licenses) {
    const more = keyHomes.has(license.key_home) ? 1 : 2;
    if (fitting.length + keyHomes.size + more + 1 > MAX_ITEMS) return { fitting, last: fitting.at(-1)?.key };
    keyHomes.add(license.key_home);
    fitting.push(license);
  }
  return { fitting, last };
}

const expiresBefore = (expires_at: string | null, bound: string | undefined): boolean =>
  bound === undefined || (expires_at !== null && msOf(expires_at) < msOf(bound));
