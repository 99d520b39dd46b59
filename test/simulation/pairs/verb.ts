import type { JobName } from '../../../lib/jobs.ts';
import type { Call } from '../world/calls.ts';
import type { Things } from '../world/furnish.ts';
import type { SimulatedWorld } from '../world/parts.ts';

/** Two verbs may meet on one of these. */
type Thing =
  | 'license'
  | 'key'
  | 'customer'
  | 'api-key'
  | 'endpoint'
  | 'product'
  | 'brand'
  | 'release'
  | 'import'
  | 'settings'
  | 'new-brand'
  | 'platform-key'
  | 'signing-key'
  | 'seat-costs'
  | 'counts'
  | 'export'
  | 'history';

/** A state of the things that a verb needs before it can do anything. */
export type Situation =
  | 'suspended'
  | 'freed'
  | 'transferred'
  | 'paused'
  | 'queued'
  | 'undoing'
  | 'due'
  | 'costly'
  | 'replaying'
  | 'renewed'
  | 'renewed-other'
  | 'exporting'
  | 'archivable';

/** A call of a client, or of a function that no client calls. */
type Begin =
  | { operation: string; call: (things: Things) => Call }
  | { job: JobName | 'operate'; event: (things: Things, world: SimulatedWorld) => Record<string, unknown> };

export type Verb = {
  name: string;
  meets: readonly Thing[];
  needs?: Situation;
  /** It has no single turn: it walks over many items, or its own key is admitted before others change the key. */
  isWalk?: true;
  /** Nothing is left uncounted after it, unless the other verb of a pair counts it. */
  countsAll?: true;
} & Begin;

export const SEAT = ['license', 'key'] as const;
export const HELD = ['license', 'key', 'customer'] as const;

export const licenseOf = ({ licenses: [first] }: Things) => {
  if (first === undefined) throw new Error('nothing was sold');
  return first;
};
export const onLicense =
  (body: object = {}) =>
  (things: Things): Call => ({ apiKey: things.apiKey, params: { license_id: licenseOf(things).id }, body });
export const onSite =
  (site: string) =>
  (things: Things): Call => {
    const { key, product } = licenseOf(things);
    return { body: { license_key: key, product, instance_identifier: site } };
  };
export const onEndpoint =
  (body: object = {}) =>
  (things: Things): Call => ({ apiKey: things.apiKey, params: { endpoint_id: things.endpointId }, body });
export const onReplay = onEndpoint({ from: '2026-01-05T00:00:00Z', to: '2026-01-05T23:59:59Z' });
/** A call of the platform about the brand. */
export const onBrand =
  (params: Record<string, string>, body?: object) =>
  ({ platformKey: apiKey, brandId }: Things): Call => ({
    apiKey,
    params: { brand_id: brandId, ...params },
    ...(body === undefined ? {} : { body }),
  });
