import { pseudonymOf } from '../domain/erasure.ts';
import { isRefusal, refuse, type Refusal } from '../domain/refusal.ts';
import { isoSeconds } from '../domain/time.ts';
import { brandAuthor, type BrandContext } from '../context.ts';
import type { EraseCustomerInput, Erasure } from '../http/routes/customers.ts';
import { customerView } from '../table/customer-view.ts';
import { customerOf, type Customer } from '../table/customers.ts';
import { customerAt, putChangedPerson, releaseSlot, settleSlot, unfinishedAt, type Slot } from '../table/email-slots.ts';
import { journalWrite } from '../table/journal.ts';
import { keys } from '../table/keys.ts';
import { commitOnce, onceFor, replayOf, type Answer, type Once } from '../table/once.ts';
import { retrying } from '../table/retrying.ts';
import { getMany, getOne } from '../table/table.ts';
import { transact } from '../table/transact.ts';
import { dropAnswers } from './erasure/answers.ts';
import { openTally } from './erasure/tally.ts';
import { overwriteHistory } from './erasure/history.ts';
import { fenceLicenses } from './erasure/licenses.ts';

type Again = 'again';
const again = (): Again => 'again';

/**
 * Forgets a person. The e-mail goes first, in one transaction with its journal entry: from then on it leads nowhere, and nothing is written for this
 * customer on the strength of what was read before. Then licenses, activations, history and stored answers are gone through, each step safe to repeat;
 * the e-mail's place remembers that it is unfinished until all is done, so that the same call goes on where one ended or died.
 */
export function eraseCustomer(ctx: BrandContext, input: EraseCustomerInput): Promise<Answer<Erasure> | Refusal> {
  const brand = ctx.brand.key_prefix;
  const hash = ctx.vault.keyedHash(input.email, 'email');
  const once = onceFrom(ctx);
  return retrying<Answer<Erasure> | Refusal>(ctx.table, async () => {
    const [item, record] = await getMany(ctx.table, [keys.customer(brand, hash), ...(once ? [once.key] : [])]);
    const replay = once && replayOf<Erasure>(ctx.vault, once, record, ctx.nowMs);
    if (replay) return replay;
    const slot: Slot = { hash, item };
    const customer = await erasedPerson(ctx, slot);
    if (customer === 'again' || isRefusal(customer)) return customer;

    const tally = openTally();
    const complete =
      (await fenceLicenses(ctx, customer, tally)) && (await overwriteHistory(ctx, customer, tally)) && (await dropAnswers(ctx, customer, tally));
    const { licenses, activations, journal_entries, answers } = tally.done;
    const { id, email, erased_at } = customerView(ctx, customer);
    const overwritten = { licenses, activations, journal_entries };
    const body: Erasure = { id, email, erased_at: erased_at ?? '', complete, overwritten, answers_dropped: answers };
    if (!complete) return { body };
    const call = { table: ctx.table, vault: ctx.vault, once, nowMs: ctx.nowMs };
    return commitOnce(call, { body }, settleSlot(brand, { hash, item: await getOne(ctx.table, keys.customer(brand, hash)) }, customer.home, again));
  });
}

/** A request's hash is made of the e-mail and could be tried out; it is kept keyed, as what it is of is to be forgotten. */
function onceFrom(ctx: BrandContext): Once | undefined {
  const once = ctx.once && onceFor(ctx.brand.key_prefix, ctx.credential.id, ctx.once);
  return once && { ...once, requestHash: ctx.vault.keyedHash(once.requestHash, 'erasure') };
}

/** The person whose erasure under this e-mail is not finished; else the one who has it, erased by this call. */
async function erasedPerson(ctx: BrandContext, slot: Slot): Promise<Customer | Refusal | Again> {
  const brand = ctx.brand.key_prefix;
  const unfinished = unfinishedAt(slot);
  if (unfinished !== undefined) {
    const item = await getOne(ctx.table, keys.customer(brand, unfinished));
    return item ? customerOf(item) : 'again';
  }
  const was = await customerAt(ctx.table, brand, slot);
  if (was === undefined) return refuse('customer_not_found');
  return was === 'again' ? was : begin(ctx, slot, was);
}

async function begin(ctx: BrandContext, slot: Slot, was: Customer): Promise<Customer | Again> {
  const brand = ctx.brand.key_prefix;
  const now = isoSeconds(ctx.nowMs);
  const before = was.updated_at ?? was.created_at;
  const at = now > before ? now : before;
  const email_cipher = ctx.vault.encrypt(pseudonymOf(was.id), keys.customer(brand, was.home).pk);
  const erased = { email_cipher, email_hash: null, erased_at: at, updated_at: at };
  const liesHere = slot.hash === was.home;
  const outcome = await transact<Again>(ctx.table, [
    putChangedPerson(brand, was, { ...erased, ...(liesHere ? { unfinished: was.home } : {}) }, again),
    ...(liesHere ? [] : [releaseSlot(brand, slot, was.home, { unfinished: was.home }, again)]),
    journalWrite(brandAuthor(ctx), {
      type: 'customer.erased',
      entity: { type: 'customer', id: was.id },
      seq: was.seq + 1,
      notBefore: before,
      before: null,
      after: { erased_at: at },
    }),
  ]);
  return outcome === 'committed' ? { ...was, ...erased, seq: was.seq + 1, version: was.version + 1 } : outcome;
}
