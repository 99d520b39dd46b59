import { renewKeySet, type RenewedKeySet } from '../lib/commands/renew-key-set.ts';
import type { Runtime } from '../lib/context.ts';
import { openJob, type Invocation } from '../lib/job.ts';
import { readKeySetConfig } from '../lib/process/config.ts';
import { openRootKeys } from '../lib/process/root-keys.ts';
import { openSecret } from '../lib/process/secrets.ts';
import { openRuntime } from '../lib/runtime.ts';

let runtime: Runtime | undefined;

/** Runs every day. It ignores the event: what is to be done follows from the keys and the clock. */
export function handler(_event: unknown, invocation: Invocation): Promise<RenewedKeySet> {
  runtime ??= openRuntime();
  const { region, signingKeys, roots } = readKeySetConfig();
  const { table, measure, now, requestId } = openJob(runtime, invocation);
  return renewKeySet({
    requestId,
    actor: { type: 'system', id: 'renew-signing-keys' },
    nowMs: now(),
    table,
    measure,
    roots: openRootKeys(roots, region),
    secret: openSecret(signingKeys, region),
  }).finally(runtime.metrics.flush);
}
