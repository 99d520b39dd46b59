import { normaliseEmail } from '../domain/email.ts';
import { refuse, type Refusal } from '../domain/refusal.ts';
import { timeAfter } from '../domain/time.ts';
import { brandAuthor, type BrandContext } from '../context.ts';
import type { CustomerView, UpdateCustomerInput } from '../api/customers.ts';
import { customerHomeOf, customerView } from '../views/customer-view.ts';
import { customerOf } from '../table/customers.ts';
import { claimSlot, homeAt, putChangedPerson, releaseSlot, type Slot } from '../table/email-slots.ts';
import { journalWrite } from '../table/journal.ts';
import { keys } from '../table/keys.ts';
import type { Answer } from '../table/once.ts';
import { retrying } from '../dynamo/retrying.ts';
import { getMany, getOne } from '../dynamo/table.ts';
import { transact, type Write } from '../dynamo/transact.ts';

type Again = 'again';
const again = (): Again => 'again';

/** Changes a customer's e-mail. The customer stays where it lies, with keys, licenses and seats: the new e-mail leads there, the old one no longer. */
export function updateCustomer(ctx: BrandContext, input: UpdateCustomerInput): Promise<Answer<CustomerView> | Refusal> {
  const person = normaliseEmail(input.email);
  if (person === undefined) throw new Error('the route takes e-mail addresses only');
  const brand = ctx.brand.key_prefix;
  const hash = ctx.vault.keyedHash(person.email, 'email');
  return retrying<Answer<CustomerView> | Refusal>(ctx.table, async () => {
    const [address, target] = await getMany(ctx.table, [
      keys.address(brand, input.customer_id),
      keys.customer(brand, hash),
    ]);
    const home = customerHomeOf(address);
    const item = home === undefined ? undefined : await getOne(ctx.table, keys.customer(brand, home));
    if (item === undefined) return refuse('customer_not_found');
    const was = customerOf(item);
    if (was.email_hash === null) return refuse('customer_erased');
    const present = was.email_hash ?? was.home;
    const view = customerView(ctx, was);
    if (present === hash && view.email === person.shown) return { body: view };
    const wanted: Slot = { hash, item: target };
    if (present !== hash && homeAt(wanted) !== undefined) return refuse('email_taken');

    const updated_at = timeAfter(view.updated_at, ctx.nowMs);
    const email_cipher = ctx.vault.encrypt(person.shown, keys.customer(brand, was.home).pk);
    const changed = { ...was, email_cipher, updated_at };
    const outcome = await transact<Again>(ctx.table, [
      putChangedPerson(
        brand,
        was,
        { email_cipher, updated_at, email_hash: hash === was.home ? undefined : hash },
        again,
      ),
      ...(present === hash ? [] : await moves(ctx, present, wanted, was.home)),
      journalWrite(brandAuthor(ctx), {
        type: 'customer.updated',
        entity: { type: 'customer', id: was.id },
        seq: was.seq + 1,
        notBefore: view.updated_at,
        before: null,
        after: { email_changed_at: updated_at },
      }),
    ]);
    return outcome === 'committed' ? { body: customerView(ctx, changed) } : outcome;
  });
}

/** The old e-mail let go and the new one taken; the first e-mail of all needs neither, as the customer's own item says whether it is still theirs. */
async function moves(ctx: BrandContext, present: string, wanted: Slot, home: string): Promise<Write<Again>[]> {
  const brand = ctx.brand.key_prefix;
  const claim = wanted.hash === home ? [] : [claimSlot(brand, wanted, home, again)];
  if (present === home) return claim;
  const old: Slot = { hash: present, item: await getOne(ctx.table, keys.customer(brand, present)) };
  return [...claim, releaseSlot(brand, old, home, {}, again)];
}
