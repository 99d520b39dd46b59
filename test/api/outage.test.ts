import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startEngine, type Engine } from '../../local/engine.ts';
import { health, healthDb, ready } from '../../lib/api/service.ts';
import { announceEngineEndpoint } from '../support/run/engine-endpoint.ts';
import { activate, check, newEmail, purchase, requestPurchase } from '../support/service/purchases.ts';
import { startService, type Service, type TestBrand } from '../support/service/service.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'outage-'));
let engine: Engine;
let service: Service;
let brand: TestBrand;
beforeAll(async () => {
  engine = await startEngine({ dataDir });
  announceEngineEndpoint(engine.endpoint);
  service = await startService();
  brand = await service.brand();
}, 60_000);
afterAll(async () => {
  await engine.stop();
  rmSync(dataDir, { recursive: true });
});

test('calls get 503 with Retry-After while the engine is down, and succeed afterwards', async () => {
  const bought = await purchase(service, brand);
  const site = {
    license_key: bought.license_key.key,
    product: 'wp-rocket',
    instance_identifier: 'https://shop.example',
  };
  expect((await activate(service, site)).status).toBe(201);
  expect((await check(service, site)).status).toBe(200);
  expect((await service.call(ready)).status).toBe(200);

  const port = Number(new URL(engine.endpoint).port);
  await engine.stop();
  const body = { customer_email: newEmail(), idempotency_key: 'during-outage' };
  const replies = await Promise.all([
    check(service, site),
    activate(service, site),
    requestPurchase(service, brand, body),
    service.call(healthDb),
    service.call(ready),
  ]);
  for (const reply of replies) {
    expect(reply).toMatchObject({
      status: 503,
      body: { status: 503, code: 'unavailable' },
      headers: { 'content-type': 'application/problem+json' },
    });
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
    expect(reply.text).not.toMatch(/ECONNREFUSED|127\.0\.0\.1|\.ts:|node_modules|Error:/);
  }
  expect(await service.call(health)).toMatchObject({ status: 200, body: { status: 'ok' } });

  engine = await startEngine({ port, dataDir });
  expect(await service.call(healthDb)).toMatchObject({ status: 200 });
  expect(await check(service, site)).toMatchObject({
    status: 200,
    body: { code: 'valid', license: { seats_used: 1 } },
  });
  expect(await activate(service, site)).toMatchObject({ status: 200, body: { seats_used: 1 } });
  const made = await requestPurchase(service, brand, body);
  expect(made.status).toBe(201);
  expect(made.headers['idempotent-replayed']).toBeUndefined();
});
