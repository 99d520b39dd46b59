import * as z from 'zod/mini';
import { activateEndpoint } from '../api/activate-endpoint.ts';
import { checkByPostEndpoint } from '../api/check-endpoint.ts';
import { deactivateEndpoint } from '../api/deactivate-endpoint.ts';
import type { Endpoint } from '../api/route.ts';

/** The license that the canary uses. `npm run admin -- canary` buys it and keeps it in a secret. */
export const CanarySeat = z.object({ license_key: z.string(), product: z.string() });
export type CanarySeat = z.infer<typeof CanarySeat>;

export type TryContext = { baseUrl: string; stop: AbortSignal };
export type Tried = { calls: number };

/** A site of the canary's own: it has a seat for a second in each run. */
const INSTANCE = 'canary.example';

/** Activates, checks and deactivates over HTTP, as a site does. Throws at the first call that fails. */
export async function tryService({ baseUrl, stop }: TryContext, seat: CanarySeat): Promise<Tried> {
  const body = JSON.stringify({ ...seat, instance_identifier: INSTANCE });
  const call = async ({ method, path }: Endpoint): Promise<unknown> => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${baseUrl}${path}`, { method, headers, body, signal: stop }).catch(
      (cause: unknown) => {
        throw new Error(`${method} ${path} got no answer`, { cause });
      },
    );
    const answer: unknown = await response.json().catch(() => undefined);
    if (response.ok) return answer;
    const request = response.headers.get('x-request-id') ?? 'unknown';
    throw new Error(`${method} ${path} answered ${response.status} (request ${request})`);
  };
  await call(activateEndpoint);
  const verdict = z.safeParse(z.object({ may_run: z.boolean() }), await call(checkByPostEndpoint)).data;
  if (verdict?.may_run !== true)
    throw new Error(`${checkByPostEndpoint.method} ${checkByPostEndpoint.path} does not let an active site run`);
  await call(deactivateEndpoint);
  return { calls: 3 };
}
