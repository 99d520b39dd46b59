import { ifMatchHolds } from '../domain/if-match.ts';
import type { License, Transition, Unchanged } from '../domain/license.ts';
import { nextVersion } from '../domain/next-version.ts';
import { refuse, type Refusal } from '../domain/refusal.ts';
import { buildBrandAuthor, type BrandContext } from '../context.ts';
import type { EventType } from '../events/catalog.ts';
import type { LicenseEntry } from '../api/schemas/license.ts';
import { checkSamePerson } from '../table/held-keys.ts';
import { claimExternal, externalTaken } from '../table/externals.ts';
import { difference, journalWrite } from '../table/journal.ts';
import {
  buildLicenseEntry,
  buildEtag,
  secretIn,
  readViewById,
  type LicenseView,
  type ShownView,
} from '../views/license-view.ts';
import { checkSameLicense, pickLicenseFields, putChangedLicense } from '../table/licenses.ts';
import {
  commitOnce,
  buildOnce,
  replayIfRefused,
  readFirstAnswer,
  type Answer,
  type Once,
  type Try,
} from '../table/once.ts';
import type { Key } from '../dynamo/schema.ts';
import { done, retry, type Retry } from '../dynamo/outcome.ts';
import { retrying } from '../dynamo/retrying.ts';
import type { ItemAt } from '../dynamo/table.ts';
import type { Write } from '../dynamo/transact.ts';

/** A decision on a license: a change, no change, a refusal, or a retry. */
export type LicenseDecision =
  | {
      kind: 'changed';
      /** The license after the change, before `seq` and `updated_at` are set. */
      license: License;
      event: EventType;
      alsoWrites?: (changed: License) => Write<Retry>[];
      /** Members of the journal entry beside the fields that changed. */
      journalled?: Record<string, unknown>;
      /** The answer's content, if it is not the license on its key. */
      shown?: (changed: License) => ShownView;
    }
  | Unchanged
  | Refusal
  | Retry;

type Decide = (view: LicenseView, itemAt: ItemAt) => LicenseDecision | Promise<LicenseDecision>;

type Request = { license_id: string; reason?: string | undefined; external_id?: string | undefined };

/**
 * Changes one license by its id, in three round trips: its address, the license, and the guarded write of license,
 * journal entry and idempotent answer. The loser of a race reads the license again and decides again. `alsoRead` is
 * read with the address, for the decision, whose writes must guard it.
 */
export async function changeLicense(
  ctx: BrandContext,
  request: Request,
  decide: Decide,
  alsoRead: readonly Key[] = [],
): Promise<Answer<LicenseEntry> | Refusal> {
  const once = ctx.once && buildOnce(ctx.brand.key_prefix, ctx.credential, ctx.once);
  return retrying(ctx.table, async (): Promise<Try<LicenseEntry>> => {
    const { view, itemAt } = await readViewById(ctx, request.license_id, [...alsoRead, ...(once ? [once.key] : [])]);
    const replay = once && readFirstAnswer<LicenseEntry>(ctx.vault, once, itemAt(once.key), ctx.nowMs);
    if (replay) return replay;
    if (view === undefined) return refuse('license_not_found');
    const stale = refusedByIfMatch(ctx.ifMatch, buildEtag(view.license));
    const decision = stale ?? (await decide(view, itemAt));
    return replayIfRefused(ctx, once, await commitDecision(ctx, request, once, view, decision));
  });
}

async function commitDecision(
  ctx: BrandContext,
  request: Request,
  once: Once | undefined,
  view: LicenseView,
  decision: LicenseDecision,
): Promise<Try<LicenseEntry>> {
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
  switch (decision.kind) {
    case 'retry':
    case 'refused':
      return decision;
    case 'unchanged': {
      const answer = { etag: buildEtag(previous), body: buildLicenseEntry(ctx, view) };
      const claim = claims(brand, request, previous);
      const asRead = [checkSamePerson(brand, view.customer, retry), checkSameLicense(brand, previous, retry)];
      if (once === undefined && claim.length === 0) return done(answer);
      return commitOnce(commit(view), answer, once ? [...claim, ...asRead] : claim);
    }
    case 'changed': {
      const license = nextVersion(decision.license, ctx.nowMs);
      const shown = decision.shown?.(license) ?? { ...view, license };
      const answer = { etag: buildEtag(license), body: buildLicenseEntry(ctx, shown) };
      return commitOnce<LicenseEntry>(commit(shown), answer, [
        ...claims(brand, request, license),
        ...(decision.alsoWrites?.(license) ?? []),
        ...changeWrites(ctx, request, previous, license, decision),
      ]);
    }
  }
}

/** Makes a lifecycle change that the domain decides. */
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
  { event, journalled }: Pick<Extract<LicenseDecision, { kind: 'changed' }>, 'event' | 'journalled'>,
): Write<Retry>[] {
  const author = buildBrandAuthor(ctx);
  const { before, after } = difference(pickLicenseFields(previous), pickLicenseFields(license));
  return [
    putChangedLicense(ctx.brand.key_prefix, license, retry),
    journalWrite(author, {
      type: event,
      entity: { type: 'license', id: license.id },
      seq: license.seq,
      reason,
      notBefore: previous.updated_at,
      license: pickLicenseFields(license),
      before,
      after: { ...after, ...journalled },
    }),
  ];
}

function claims(
  brand: string,
  { external_id }: Request,
  { id, anchor, license_key_id }: License,
): Write<Refusal | Retry>[] {
  if (external_id === undefined) return [];
  return [claimExternal(brand, { external_id, license_key_id, licenses: [{ id, anchor }] }, externalTaken)];
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
