import { ifMatchHolds } from '../domain/if-match.ts';
import { nextVersion, type License, type Transition } from '../domain/license.ts';
import { isRefusal, refuse, type Refusal } from '../domain/refusal.ts';
import { brandAuthor, type BrandContext } from '../context.ts';
import type { EventType } from '../events/catalog.ts';
import type { LicenseEntry } from '../api/schemas/license.ts';
import { checkSamePerson } from '../table/held-keys.ts';
import { claimExternal, externalTaken } from '../table/externals.ts';
import { difference, journalWrite } from '../table/journal.ts';
import { entryOf, etagOf, secretIn, viewById, type LicenseView, type ShownView } from '../views/license-view.ts';
import { checkSameLicense, fieldsOf, putChangedLicense } from '../table/licenses.ts';
import { commitOnce, onceFor, replayIfRefused, replayOf, type Answer, type Once } from '../table/once.ts';
import type { Key } from '../dynamo/schema.ts';
import { retrying } from '../dynamo/retrying.ts';
import type { Item } from '../dynamo/table.ts';
import type { Write } from '../dynamo/transact.ts';

/** What a change comes to: the license as it is to be (`seq` and time apart), what is written along with it, and what the answer shows where that differs. */
export type LicenseDecision =
  | Refusal
  | 'no_change'
  | 'again'
  | {
      license: License;
      event: EventType;
      alsoWrites?: (changed: License) => Write<Refusal | 'again'>[];
      shown?: (changed: License) => ShownView;
    };

type Decide = (view: LicenseView, found: (Item | undefined)[]) => LicenseDecision | Promise<LicenseDecision>;

const again = (): 'again' => 'again';

type Request = { license_id: string; reason?: string | undefined; external_id?: string | undefined };

/**
 * Changes one license by its id, in three round trips: where it lies, what it is, and the guarded write of license, journal entry and idempotent answer.
 * Who comes second sees what the first one did and decides on that: both changes hold, or the second is refused. What the decision depends on besides is
 * read with the license's address, from `along`, and guarded by the writes that the decision asks for.
 */
export async function changeLicense(
  ctx: BrandContext,
  request: Request,
  decide: Decide,
  alsoRead: readonly Key[] = [],
): Promise<Answer<LicenseEntry> | Refusal> {
  const once = ctx.once && onceFor(ctx.brand.key_prefix, ctx.credential, ctx.once);
  return retrying<Answer<LicenseEntry> | Refusal>(ctx.table, async () => {
    const { view, found } = await viewById(ctx, request.license_id, [...alsoRead, ...(once ? [once.key] : [])]);
    const replay = once && replayOf<LicenseEntry>(ctx.vault, once, found[alsoRead.length], ctx.nowMs);
    if (replay) return replay;
    if (view === undefined) return refuse('license_not_found');
    const stale = refusedByIfMatch(ctx.ifMatch, etagOf(view.license));
    const decision = stale ?? (await decide(view, found));
    return replayIfRefused(ctx, once, await commitDecision(ctx, request, once, view, decision));
  });
}

async function commitDecision(
  ctx: BrandContext,
  request: Request,
  once: Once | undefined,
  view: LicenseView,
  decision: LicenseDecision,
): Promise<Answer<LicenseEntry> | Refusal | 'again'> {
  if (decision === 'again' || isRefusal(decision)) return decision;
  const { license: previous } = view;
  const { key_prefix: brand } = ctx.brand;
  const commit = (shown: ShownView): Parameters<typeof commitOnce>[0] => ({
    table: ctx.table,
    vault: ctx.vault,
    once,
    nowMs: ctx.nowMs,
    about: { brand, partition: shown.customer.partition, anchor: previous.anchor },
    secret: secretIn(ctx, shown),
  });
  if (decision === 'no_change') {
    const answer = { etag: etagOf(previous), body: entryOf(ctx, view) };
    const claim = claims(brand, request, previous);
    const asRead = once ? [checkSamePerson(brand, view.customer, again), checkSameLicense(brand, previous, again)] : [];
    return once || claim.length > 0 ? commitOnce(commit(view), answer, [...claim, ...asRead]) : answer;
  }
  const license = nextVersion(decision.license, ctx.nowMs);
  const shown = decision.shown?.(license) ?? { ...view, license };
  const answer = { etag: etagOf(license), body: entryOf(ctx, shown) };
  return commitOnce<LicenseEntry>(commit(shown), answer, [
    ...claims(brand, request, license),
    ...(decision.alsoWrites?.(license) ?? []),
    ...changeWrites(ctx, request, previous, license, decision.event),
  ]);
}

/** The changes of lifecycle: what the domain's table says, written down. */
export function transition(
  ctx: BrandContext,
  request: Request,
  next: (license: License) => Transition,
): Promise<Answer<LicenseEntry> | Refusal> {
  return changeLicense(ctx, request, ({ license }) => next(license));
}

function changeWrites(
  ctx: BrandContext,
  { reason }: Request,
  previous: License,
  license: License,
  event: EventType,
): Write<'again'>[] {
  const author = brandAuthor(ctx);
  return [
    putChangedLicense(ctx.brand.key_prefix, license, () => 'again'),
    journalWrite(author, {
      type: event,
      entity: { type: 'license', id: license.id },
      seq: license.seq,
      reason,
      notBefore: previous.updated_at,
      license: fieldsOf(license),
      ...difference(fieldsOf(previous), fieldsOf(license)),
    }),
  ];
}

function claims(
  brand: string,
  { external_id }: Request,
  { id, anchor, license_key_id }: License,
): Write<Refusal | 'again'>[] {
  if (external_id === undefined) return [];
  return [
    claimExternal<Refusal | 'again'>(
      brand,
      { external_id, license_key_id, license_ids: [id], anchors: [anchor] },
      (present) => (present ? externalTaken(present) : 'again'),
    ),
  ];
}

function refusedByIfMatch(ifMatch: string | undefined, etag: string): Refusal | undefined {
  switch (ifMatch === undefined ? 'holds' : ifMatchHolds(ifMatch, etag)) {
    case 'holds':
      return undefined;
    case 'stale':
      return refuse('stale_version', { etag });
    case 'weak':
      return refuse('weak_etag');
    case 'malformed':
      return refuse('bad_request', {
        errors: [{ pointer: 'If-Match', message: 'must be * or ETags in double quotes, as an answer gave them' }],
      });
  }
}
