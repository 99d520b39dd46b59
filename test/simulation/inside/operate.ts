import { revealLicenseKey } from '../../../lib/commands/reveal-license-key.ts';
import { revokeSigningKey } from '../../../lib/commands/revoke-signing-key.ts';
import { rotateSigningKey } from '../../../lib/commands/rotate-signing-key.ts';
import type { BrandContext, Runtime } from '../../../lib/context.ts';
import { isRefusal } from '../../../lib/domain/refusal.ts';
import { openJob, type Invocation } from '../../../lib/job.ts';
import { readKeySetConfig } from '../../../lib/process/config.ts';
import { openRootKeys } from '../../../lib/process/root-keys.ts';
import { openSecret } from '../../../lib/process/secrets.ts';
import { openRuntime } from '../../../lib/runtime.ts';

type Event =
  | { verb: 'rotate_signing_key' }
  | { verb: 'revoke_signing_key'; kid: string }
  | { verb: 'reveal_license_key'; brand: string; license_key_id: string };

let runtime: Runtime | undefined;

/** The writing verbs that no route has: an operator's at the command line, and a person's in the console. */
export async function handler(event: Event, invocation: Invocation): Promise<unknown> {
  runtime ??= openRuntime();
  const { table, now, requestId, stop, measure } = openJob(runtime, invocation);
  const actor = { type: 'person', id: 'operator' } as const;
  const call = { requestId, actor, nowMs: now() };
  if (event.verb === 'reveal_license_key') {
    const { brand, license_key_id } = event;
    const vault = await runtime.vault(stop);
    const credential = { scopes: ['license_keys:reveal'] };
    const about = { owner: brand, brand: { key_prefix: brand }, table: table(brand) };
    const ctx = { ...call, ...about, measure, vault, credential };
    const shown = await revealLicenseKey(ctx as unknown as BrandContext, { license_key_id, reason: 'for its owner' });
    return { statusCode: isRefusal(shown) ? 404 : 200 };
  }
  const { region, signingKeys, roots } = readKeySetConfig();
  const ctx = { ...call, table, roots: openRootKeys(roots, region), secret: openSecret(signingKeys, region) };
  const ring = await (event.verb === 'rotate_signing_key' ? rotateSigningKey(ctx) : revokeSigningKey(ctx, event.kid));
  return { statusCode: ring === undefined ? 404 : 200 };
}
