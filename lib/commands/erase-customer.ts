import { buildPseudonym } from '../domain/erasure.ts';
import { refuse, type Refusal } from '../domain/refusal.ts';
import { timeAfter } from '../domain/time.ts';
import { buildBrandAuthor, type BrandContext } from '../context.ts';
import type { EraseCustomerInput } from '../api/customers.ts';
import type { Erasure } from '../api/schemas/customer.ts';
import { customerView } from '../views/customer-view.ts';
import { parseCustomerItem, emailContext, type Customer } from '../table/customers.ts';
import {
  findCustomer,
  putChangedPerson,
  releaseSlot,
  settleSlot,
  readUnfinished,
  type Slot,
} from '../table/email-slots.ts';
import { journalWrite } from '../table/journal.ts';
import { keys } from '../table/keys.ts';
import {
  commitOnce,
  buildOnce,
  replayIfRefused,
  readFirstAnswer,
  type Answer,
  type Once,
  type Try,
} from '../table/once.ts';
import { done, retry, type Outcome } from '../dynamo/outcome.ts';
import { retrying } from '../dynamo/retrying.ts';
import { getMany, getOne } from '../dynamo/table.ts';
import { commit } from '../dynamo/transact.ts';
import { openTally, type Tally } from './erasure/tally.ts';
import { walkErasure } from './erasure/walk.ts';

/**
 * Erases a customer. The e-mail and its journal entry are erased first, so no concurrent write for this customer
 * succeeds. Licenses, activations, history and stored answers follow in repeatable steps. The e-mail's item remembers
 * an unfinished erasure, so the same call continues it.
 */
export function eraseCustomer(ctx: BrandContext, input: EraseCustomerInput): Promise<Answer<Erasure> | Refusal> {
  const brand = ctx.brand.key_prefix;
  const hash = ctx.vault.keyedHash(input.email, 'email');
  const once = onceFrom(ctx);
  let meant: string | undefined;
  return retrying(ctx.table, async (): Promise<Try<Erasure>> => {
    const [item, record] = await getMany(ctx.table, [keys.customer(brand, hash), ...(once ? [once.key] : [])]);
    const replay = once && readFirstAnswer<Erasure>(ctx.vault, once, record, ctx.nowMs);
    if (replay) return replay;
    const slot: Slot = { hash, item };
    const found = await personMeant(ctx, slot, meant);
    if (found.kind !== 'done') return replayIfRefused<Erasure>(ctx, once, found);
    meant = found.value.partition;
    const begun = found.value.erased_at === null ? await begin(ctx, slot, found.value) : found;
    if (begun.kind === 'retry') return begun;
    const { value: customer } = begun;

    const tally = openTally();
    const complete = await walkErasure(ctx, customer, tally);
    const body = answerOf(ctx, customer, tally, complete);
    return complete ? settle(ctx, hash, once, body, customer) : done({ body });
  });
}

function answerOf(ctx: BrandContext, customer: Customer, { done }: Tally, complete: boolean): Erasure {
  const { licenses, activations, journal_entries, answers } = done;
  const { id, email, erased_at } = customerView(ctx, customer);
  return {
    id,
    email,
    erased_at: String(erased_at),
    complete,
    overwritten: { licenses, activations, journal_entries },
    answers_dropped: answers,
  };
}

/** Finishes an erasure: the e-mail's item forgets it, unless a concurrent call has done so. */
async function settle(
  ctx: BrandContext,
  hash: string,
  once: Once | undefined,
  body: Erasure,
  { partition }: Customer,
): Promise<Try<Erasure>> {
  const brand = ctx.brand.key_prefix;
  const slot: Slot = { hash, item: await getOne(ctx.table, keys.customer(brand, hash)) };
  const writes = readUnfinished(slot) === partition ? settleSlot(brand, slot, partition, retry) : [];
  if (once === undefined && writes.length === 0) return done({ body });
  return commitOnce({ table: ctx.table, vault: ctx.vault, once, nowMs: ctx.nowMs }, { body }, writes);
}

/** The request hash contains the e-mail and could be guessed, so it is stored as a keyed hash. */
function onceFrom(ctx: BrandContext): Once | undefined {
  const once = ctx.once && buildOnce(ctx.brand.key_prefix, ctx.credential, ctx.once);
  return once && { ...once, requestHash: ctx.vault.keyedHash(once.requestHash, 'erasure') };
}

/**
 * The customer whose erasure under this e-mail is unfinished, else the one who has the e-mail. `meant` is the partition
 * that an earlier try of this call erased: a concurrent call may have finished that, and another customer may have the
 * e-mail now.
 */
async function personMeant(
  ctx: BrandContext,
  slot: Slot,
  meant: string | undefined,
): Promise<Outcome<Customer, Refusal>> {
  const partition = readUnfinished(slot) ?? meant;
  const item =
    partition === undefined ? undefined : await getOne(ctx.table, keys.customer(ctx.brand.key_prefix, partition));
  const earlier = item && parseCustomerItem(item);
  if (earlier && earlier.erased_at !== null) return done(earlier);
  const found = await findCustomer(ctx.table, ctx.brand.key_prefix, slot);
  if (found.kind === 'retry') return found;
  return found.value ? done(found.value) : refuse('customer_not_found');
}

async function begin(ctx: BrandContext, slot: Slot, previous: Customer): Promise<Outcome<Customer>> {
  const brand = ctx.brand.key_prefix;
  const at = timeAfter(previous.updated_at, ctx.nowMs);
  const email_cipher = ctx.vault.encrypt(buildPseudonym(previous.id), emailContext(brand, previous.partition));
  const erased = { email_cipher, email_hash: null, erased_at: at, updated_at: at };
  const liesHere = slot.hash === previous.partition;
  const begun = { ...previous, ...erased, seq: previous.seq + 1, version: previous.version + 1 };
  return commit(ctx.table, begun, [
    putChangedPerson(brand, previous, { ...erased, ...(liesHere ? { unfinished: previous.partition } : {}) }, retry),
    ...(liesHere ? [] : [releaseSlot(brand, slot, previous.partition, { unfinished: previous.partition }, retry)]),
    journalWrite(buildBrandAuthor(ctx), {
      type: 'customer.erased',
      entity: { type: 'customer', id: previous.id },
      seq: previous.seq + 1,
      notBefore: previous.updated_at,
      before: null,
      after: { erased_at: at },
    }),
  ]);
}
