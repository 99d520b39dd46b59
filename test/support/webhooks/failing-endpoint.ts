import { createWebhookEndpoint } from '../../../lib/api/webhook-endpoints.ts';
import { isoSeconds } from '../../../lib/domain/time.ts';
import { webhookKeys } from '../../../lib/table/keys.ts';
import type { Service, TestBrand } from '../service/service.ts';
import { overwrite } from '../table/whole-table.ts';

/** A new endpoint of which so many attempts in a row have failed; its id. */
export async function addFailingEndpoint(service: Service, brand: TestBrand, failures: number): Promise<string> {
  const body = { url: 'https://hooks.example.com/licenses', event_types: ['license.renewed'] };
  const { id } = (await service.call(createWebhookEndpoint, { apiKey: brand.apiKey, body })).body;
  const at = isoSeconds(Date.now());
  const health = { failing_since: at, last_failed_at: at, open_until: null, failures };
  await overwrite(service, { ...webhookKeys.health(brand.key_prefix, String(id)), ...health }, {});
  return String(id);
}
