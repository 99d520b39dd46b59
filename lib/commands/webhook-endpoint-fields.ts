import { isRefusal, refuse, type FieldError, type Refusal } from '../domain/refusal.ts';
import { readWebhookUrl } from '../domain/webhook-url.ts';
import type { BrandContext } from '../context.ts';
import { EVENT_FILTERS, EVENT_NAMES, EVENT_NOUNS } from '../events/filters.ts';
import { findMembers } from '../table/products.ts';
import type { WebhookEndpoint } from '../table/webhook-endpoints.ts';

type GivenFields = {
  url?: string | undefined;
  event_types?: string[] | undefined;
  products?: string[] | null | undefined;
};
type Fields = Partial<Pick<WebhookEndpoint, 'url' | 'event_types' | 'products'>>;

/**
 * The endpoint fields of a request, checked and in their stored form. The allowed addresses depend on where the service
 * runs, so the route's schema cannot check them.
 */
export async function readEndpointFields(
  ctx: BrandContext,
  { url, event_types, products }: GivenFields,
): Promise<Fields | Refusal> {
  const address = url === undefined ? undefined : readWebhookUrl(url, { isLocal: ctx.stage === 'local' });
  const faults = [
    ...(address?.kind === 'fault' ? [{ pointer: '/url', message: address.fault }] : []),
    ...typeFaults(event_types ?? []),
  ];
  if (faults.length > 0) return refuse('bad_request', { errors: faults });
  const members = products && (await findMembers(ctx.table, ctx.brand.key_prefix, products));
  if (isRefusal(members)) return members;
  return {
    ...(address?.kind === 'url' ? { url: address.url } : {}),
    ...(event_types === undefined ? {} : { event_types: [...new Set(event_types)] }),
    ...(products === undefined ? {} : { products: members?.map(({ id }) => id) ?? null }),
  };
}

function nounOf(type: string): string {
  return type.slice(0, type.indexOf('.'));
}

/** Types and patterns that match no event, each by its index. */
export function typeFaults(wanted: readonly string[]): FieldError[] {
  return wanted.flatMap((type, i) => {
    if (type === '*' || EVENT_FILTERS.includes(type)) return [];
    const akin = EVENT_NAMES.filter((known) => nounOf(known) === nounOf(type));
    const message =
      akin.length > 0
        ? `is no type of event; there are ${akin.join(', ')}`
        : `is of no noun that has events; there are ${EVENT_NOUNS.join(', ')}`;
    return [{ pointer: `/event_types/${String(i)}`, message }];
  });
}
