import { normaliseChecked } from '../domain/email.ts';
import { refuse, type Refusal } from '../domain/refusal.ts';
import { timeAfter } from '../domain/time.ts';
import { buildBrandAuthor, type BrandContext } from '../context.ts';
import type { CustomerView } from '../api/schemas/customer.ts';
import type { UpdateCustomerInput } from '../api/customers.ts';
import { parseCustomerPartition, customerView } from '../views/customer-view.ts';
import { parseCustomerItem, emailContext } from '../table/customers.ts';
import { claimSlot, readSlotPartition, putChangedPerson, releaseSlot, type Slot } from '../table/email-slots.ts';
import { journalWrite } from '../table/journal.ts';
import { keys } from '../table/keys.ts';
import type { Answer, Try } from '../table/once.ts';
import { done, retry, type Retry } from '../dynamo/outcome.ts';
import { retrying } from '../dynamo/retrying.ts';
import { getMany, getOne } from '../dynamo/table.ts';
import { commit, type Write } from '../dynamo/transact.ts';

/**
 * Changes a customer's e-mail. The customer keeps partition, keys, licenses and seats; only the e-mail's pointer moves.
 */
export function updateCustomer(ctx: BrandContext, input: UpdateCustomerInput): Promise<Answer<CustomerView> | Refusal> {
  const person = normaliseChecked(input.email);
  const brand = ctx.brand.key_prefix;
  const hash = ctx.vault.keyedHash(person.email, 'email');
  return retrying(ctx.table, async (): Promise<Try<CustomerView>> => {
    const [address, target] = await getMany(ctx.table, [
      keys.address(brand, input.customer_id),
      keys.customer(brand, hash),
    ]);
    const partition = parseCustomerPartition(address);
    const item = partition === undefined ? undefined : await getOne(ctx.table, keys.customer(brand, partition));
    if (item === undefined) return refuse('customer_not_found');
    const previous = parseCustomerItem(item);
    if (previous.email_hash === null) return refuse('customer_erased');
    const present = previous.email_hash ?? previous.partition;
    const view = customerView(ctx, previous);
    if (present === hash && view.email === person.shown) return done({ body: view });
    const wanted: Slot = { hash, item: target };
    if (present !== hash && readSlotPartition(wanted) !== undefined) return refuse('email_taken');

    const updated_at = timeAfter(view.updated_at, ctx.nowMs);
    const email_cipher = ctx.vault.encrypt(person.shown, emailContext(brand, previous.partition));
    const changed = { ...previous, email_cipher, updated_at };
    return commit(ctx.table, { body: customerView(ctx, changed) }, [
      putChangedPerson(
        brand,
        previous,
        { email_cipher, updated_at, email_hash: hash === previous.partition ? undefined : hash },
        retry,
      ),
      ...(present === hash ? [] : await moves(ctx, present, wanted, previous.partition)),
      journalWrite(buildBrandAuthor(ctx), {
        type: 'customer.updated',
        entity: { type: 'customer', id: previous.id },
        seq: previous.seq + 1,
        reason: input.reason,
        notBefore: view.updated_at,
        before: null,
        after: { email_changed_at: updated_at },
      }),
    ]);
  });
}

/**
 * Frees the old e-mail and claims the new one. The customer's first e-mail needs neither, as its item is the
 * customer's.
 */
async function moves(ctx: BrandContext, present: string, wanted: Slot, partition: string): Promise<Write<Retry>[]> {
  const brand = ctx.brand.key_prefix;
  const claim = wanted.hash === partition ? [] : [claimSlot(brand, wanted, partition, retry)];
  if (present === partition) return claim;
  const old: Slot = { hash: present, item: await getOne(ctx.table, keys.customer(brand, present)) };
  return [...claim, releaseSlot(brand, old, partition, {}, retry)];
}
