import { SITE_REFUSALS } from '../domain/counts.ts';
import { describeEddBatch } from '../domain/edd-answer-size.ts';
import { MAX_BATCH, type EddCall, type EddInput } from '../domain/edd-call.ts';
import { findEddItem, isNamedAs, type EddProduct } from '../domain/edd-item.ts';
import { eddTime } from '../domain/edd-license-facts.ts';
import { readEddSites } from '../domain/edd-sites.ts';
import {
  describeEddVersion,
  offerNothing,
  type EddVersion,
  type EddVersionAnswer,
} from '../domain/edd-version-answer.ts';
import { isUnknownKey } from '../domain/edd-words.ts';
import type { ParsedInstance } from '../domain/instance.ts';
import { required } from '../domain/invariant.ts';
import type { License } from '../domain/license.ts';
import { decideUpdateRight, NO_LICENSE, type UpdateRight } from '../domain/offer.ts';
import { isRefusal, type Refusal } from '../domain/refusal.ts';
import { fillRenewalUrl } from '../domain/renewal-url.ts';
import type { VerdictCode } from '../domain/verdict.ts';
import type { Context } from '../context.ts';
import { joinReads } from '../dynamo/join-reads.ts';
import { findEddBrand, type EddBrand } from '../table/edd-brands.ts';
import { eddKey, refuseForeignKey } from '../table/edd-seats.ts';
import type { Answer, LoggedCall } from '../table/once.ts';
import { checkEddSeat } from './check-edd-seat.ts';
import { readOffers, type Offer } from './offered-release.ts';
import { linkPackage } from './package-link.ts';

type VersionAnswer = EddVersionAnswer | { msg: string } | Record<string, EddVersionAnswer>;

/** The release that a call may be offered, or the reason for none. */
type Decided = { logged?: LoggedCall } & (
  | { kind: 'nothing'; product: EddProduct | undefined; msg: string }
  | {
      kind: 'offer';
      product: Pick<EddProduct, 'id' | 'slug' | 'name'>;
      right: UpdateRight;
      license: License | undefined;
      site: ParsedInstance | undefined;
      msg: string | undefined;
    }
);

const TEXTS = {
  no_item: 'No item provided',
  unknown_item: 'There is no such product.',
  other_name: 'The name and the id of the product do not belong together.',
  no_key: 'Enter your license key to receive updates.',
  unknown_key: 'This license key is not one for this product.',
  no_release: 'There is no release of this product for this site.',
  cannot_tell: 'The update server cannot answer at the moment. It will be asked again.',
  too_many: `One request can ask about ${String(MAX_BATCH)} products. This one will be answered when asked alone.`,
} as const;

/** The texts for a license without a right to download. The renewal page follows where the brand has one. */
const NO_DOWNLOAD: Partial<Record<VerdictCode, string>> = {
  expired: 'Your license has expired. Renew it to receive updates.',
  suspended: 'Your license is disabled. Ask the shop that sold it.',
  cancelled: 'Your license is disabled. Ask the shop that sold it.',
  not_activated: 'Your license is not active on this site. Activate it to receive updates.',
};

const reasonFor = (code: VerdictCode): string =>
  required(NO_DOWNLOAD[code], 'a license that allows no download has a reason');

/**
 * The newest version of a product, or of each product of a batch, for a client of Easy Digital Downloads. Everybody is
 * answered the version; a link is only for those who may download it.
 */
export async function getEddVersion(ctx: Context, input: EddInput): Promise<Answer<VersionAnswer> | Refusal> {
  const { brand: slug, call, batch } = input;
  if (batch?.size === 0) return { body: { msg: TEXTS.no_item } };
  const calls = batch ? [...batch.values()] : [call];
  const asked = calls.slice(0, MAX_BATCH);
  const brand = await findEddBrand(ctx.table, slug, ctx.nowMs, asked);
  const joined = withJoinedReads(ctx);
  const decided = await Promise.all(asked.map((one) => decide(joined, brand, one)));
  const versions = [
    ...(await answerAll(joined, brand, asked, decided)),
    ...calls.slice(MAX_BATCH).map((one) => offerNothing(one, undefined, TEXTS.too_many)),
  ];
  const logged = joinLogged(decided);
  if (batch === undefined) return { body: describeEddVersion(required(versions[0], ANSWERED)), logged };
  const named = [...batch.keys()].map((name, i) => [name, required(versions[i], ANSWERED)] as const);
  return { body: describeEddBatch(new Map(named)), logged };
}

/** A batch is one call: its log line is about the first product that was refused, else the first one. */
function joinLogged(decided: readonly Decided[]): LoggedCall | undefined {
  const all = decided.flatMap(({ logged }) => logged ?? []);
  return all.find(({ code }) => SITE_REFUSALS.some((refused) => refused === code)) ?? all[0];
}

const ANSWERED = 'each call has an answer';

/** The products of a batch are looked up in one read. */
function withJoinedReads(ctx: Context): Context {
  const wire = joinReads(ctx.table().wire);
  return { ...ctx, table: (...owners) => ({ ...ctx.table(...owners), wire }) };
}

async function answerAll(
  ctx: Context,
  brand: EddBrand | undefined,
  calls: readonly EddCall[],
  decided: readonly Decided[],
): Promise<EddVersion[]> {
  const requests = decided.flatMap((one, i) => {
    const call = calls[i];
    if (one.kind === 'nothing' || call === undefined || brand === undefined) return [];
    const { version: installed, php_version: php, wp_version: wp, beta } = call;
    const site = { instance: one.site, installed, php, wp, channel: beta ? 'beta' : 'stable' } as const;
    return [{ ...site, brand: brand.prefix, product: one.product.id, right: one.right }];
  });
  const offers = (await readOffers(ctx, requests))[Symbol.iterator]();
  const nextOffer = (): Offer | undefined => offers.next().value;
  return Promise.all(
    decided.map((one, i) => {
      const call = required(calls[i], ANSWERED);
      return one.kind === 'nothing'
        ? Promise.resolve(offerNothing(call, one.product, one.msg))
        : answerOffer(ctx, brand, call, one, nextOffer());
    }),
  );
}

async function decide(ctx: Context, brand: EddBrand | undefined, call: EddCall): Promise<Decided> {
  const item = findEddItem(brand?.products ?? [], call);
  const product = item.kind === 'named' ? item.product : undefined;
  const nothing = (msg: string, logged: LoggedCall = {}): Decided => ({ kind: 'nothing', product, msg, logged });
  if (item.kind === 'unnamed' && call.license === '') return nothing(TEXTS.no_item);
  if (brand === undefined || item.kind === 'unknown') return nothing(TEXTS.unknown_item);
  if (product && call.item_id !== undefined && !isNamedAs(product, call.item_name)) return nothing(TEXTS.other_name);
  if (product && call.license === '') {
    const texts = { right: NO_LICENSE, msg: TEXTS.no_key } as const;
    return { kind: 'offer', product, license: undefined, site: undefined, ...texts };
  }
  const key = eddKey(brand, call.license, product);
  const foreign = await refuseForeignKey(ctx, brand, call.license);
  const checked = foreign ?? (await checkEddSeat(ctx, { key, sites: readEddSites(call) }));
  if (isRefusal(checked)) {
    const { code } = checked;
    return isUnknownKey(code)
      ? nothing(TEXTS.unknown_key, { owner: brand.prefix, code })
      : nothing(TEXTS.cannot_tell, { code });
  }
  const { license, site, code } = checked;
  const logged = { owner: brand.prefix, code };
  if (license === undefined) return nothing(TEXTS.unknown_key, logged);
  const right = decideUpdateRight(checked, license);
  const why = right.mayDownload ? undefined : withRenewal(reasonFor(code), brand, call);
  return { kind: 'offer', product: product ?? license.product, license, site, right, msg: why, logged };
}

/** The renewal page, without the key: the text is stored by sites and shown to others than its holder. */
function withRenewal(msg: string, { renewalUrl }: EddBrand, { item_id }: EddCall): string {
  if (renewalUrl === null) return msg;
  return `${msg} ${fillRenewalUrl(renewalUrl, { license_key: '', item_id: String(item_id ?? '') })}`;
}

async function answerOffer(
  ctx: Context,
  brand: EddBrand | undefined,
  call: EddCall,
  { right, license, site, msg, product: named }: Extract<Decided, { kind: 'offer' }>,
  offer: Offer | undefined,
): Promise<EddVersion> {
  if (brand === undefined || offer?.release === undefined) return offerNothing(call, named, msg ?? TEXTS.no_release);
  const { product, release, stableVersion } = offer;
  const link =
    right.mayDownload && license
      ? await linkPackage(ctx, {
          brand: brand.prefix,
          productId: product.id,
          releaseId: release.id,
          license,
          instance: site,
        })
      : undefined;
  return {
    new_version: release.version,
    stable_version: stableVersion ?? '',
    name: release.name ?? product.name,
    slug: call.slug || product.slug,
    url: `${ctx.request.baseUrl}/changelog/${brand.slug}/${product.slug}`,
    homepage: product.homepage ?? '',
    last_updated: eddTime(release.published_at),
    package: link?.url ?? '',
    sections: filledSections(release.sections, `${product.name} ${release.version}`),
    banners: product.banners,
    icons: product.icons,
    requires: release.requires ?? '',
    tested: release.tested ?? '',
    requires_php: release.requires_php ?? '',
    signed: await signLater(ctx, product, release),
    ...(msg === undefined ? {} : { msg }),
  };
}

type Offered = { product: Offer['product']; release: NonNullable<Offer['release']> };

async function signLater(ctx: Context, product: Offered['product'], release: Offered['release']) {
  // Most calls of these clients are about a license.
  const { signPackage } = await import('./package-signature.ts');
  const { signature, kid } = await signPackage(ctx, product, release);
  return { sha256: release.sha256, size: String(release.size), signature: signature ?? '', kid: kid ?? '' };
}

/** Clients need a description and a changelog that are not empty. */
function filledSections(sections: Readonly<Record<string, string | undefined>>, title: string): Record<string, string> {
  const given = Object.entries(sections).filter((entry): entry is [string, string] => Boolean(entry[1]));
  const plain = `<p>${title.replaceAll(/[<>&]/g, ' ')}</p>`;
  return { description: plain, changelog: plain, ...Object.fromEntries(given) };
}
