import { required } from '../domain/invariant.ts';
import { nextVersion } from '../domain/next-version.ts';
import type { License } from '../domain/license.ts';
import type { Refusal, RefusalCode } from '../domain/refusal.ts';
import { isoSeconds } from '../domain/time.ts';
import { buildAuthor, type Context } from '../context.ts';
import { findShownToKey } from '../table/brand-copies.ts';
import { journalWrite } from '../table/journal.ts';
import { pickLicenseFields, putChangedLicense } from '../table/licenses.ts';
import { noteRefusedCall, refusedCallWrite } from '../table/refused-calls.ts';
import { readSeatPage } from '../table/seat-page.ts';
import { retry } from '../dynamo/outcome.ts';
import { transact } from '../dynamo/transact.ts';
import { showSeats } from '../views/seat-view.ts';
import type { SeatCall } from './seat-call.ts';

/**
 * The refusals about which a customer may ask support. Others are faults of the plugin, or concern no certain instance.
 */
const SHOWN_TO_SUPPORT: ReadonlySet<RefusalCode> = new Set([
  'seat_limit_reached',
  'seat_moves_exhausted',
  'license_expired',
  'license_suspended',
  'license_cancelled',
  'activation_not_found',
]);

type About = { call: SeatCall; license: License };

/** Notes a refused call for support, and lists the seats of a license that has no free one. */
export async function explainRefusal(ctx: Context, about: About, refusal: Refusal): Promise<Refusal> {
  const { call, license } = about;
  if (refusal.code !== 'seat_limit_reached') {
    await noteForSupport(about, refusal.code);
    return refusal;
  }
  const [{ sites }] = await Promise.all([
    readSeatPage(call.table, call.brand, license, ctx.nowMs),
    journalLimitReached(ctx, about),
  ]);
  const takers = sites.map(({ activation }) => activation).filter(({ takes_seat }) => takes_seat);
  const seats = await showSeats(license.policy, takers, findShownToKey(call.table, call.brand));
  return { ...refusal, facts: { ...refusal.facts, seats } };
}

async function noteForSupport({ call, license }: About, code: RefusalCode): Promise<void> {
  const { table, brand, instance, nowMs } = call;
  if (instance && SHOWN_TO_SUPPORT.has(code)) await noteRefusedCall(table, { brand, license, instance, code, nowMs });
}

/**
 * Notifies the brand, at most once a day, that a license is full, and notes the call with it. The refusal stands even
 * if this fails.
 */
async function journalLimitReached(ctx: Context, about: About): Promise<void> {
  const { call, license } = about;
  const code = 'seat_limit_reached';
  const today = isoSeconds(ctx.nowMs).slice(0, 10);
  const { seat_limit, seats_used } = license;
  if (license.limit_reached_on === today || seat_limit === null) return noteForSupport(about, code);
  const changed = nextVersion({ ...license, limit_reached_on: today }, ctx.nowMs);
  const { brand, nowMs, table } = call;
  const instance = required(call.instance, 'a call that takes a seat names an instance');
  const author = buildAuthor(ctx, brand, { type: 'license_key', id: call.licenseKeyId });
  const written = await transact(table, [
    putChangedLicense(brand, changed, retry),
    journalWrite(author, {
      type: 'license.seat_limit_reached',
      entity: { type: 'license', id: license.id },
      seq: changed.seq,
      notBefore: license.updated_at,
      before: null,
      after: { seat_limit, seats_used },
      license: pickLicenseFields(changed),
    }),
    refusedCallWrite({ brand, license, instance, code, nowMs }),
  ]).catch(() => undefined);
  if (written?.kind !== 'done') await noteForSupport(about, code);
}
