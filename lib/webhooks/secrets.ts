import { parseMs } from '../domain/time.ts';
import { secretContext, type WebhookEndpoint } from '../table/webhook-endpoints.ts';
import type { Vault } from '../process/vault.ts';

/** The secrets that sign now, newest first; the previous one too until its overlap is over. */
export function secretsInForce(vault: Vault, brand: string, endpoint: WebhookEndpoint, nowMs: number): string[] {
  const { id, secret, previous_secret, previous_secret_until } = endpoint;
  const overlaps = previous_secret !== null && previous_secret_until !== null && nowMs < parseMs(previous_secret_until);
  return [secret, ...(overlaps ? [previous_secret] : [])].map((sealed) =>
    vault.decrypt(sealed, secretContext(brand, id)),
  );
}
