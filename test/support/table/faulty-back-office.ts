import { afterAll, afterEach, beforeAll } from '@jest/globals';
import { announceEngineEndpoint, engineEndpoint } from '../run/engine-endpoint.ts';
import { startFaultProxy, type FaultProxy } from './fault-proxy.ts';
import { openBackOffice, type BackOffice } from '../service/back-office.ts';
import { startService, type Service, type TestBrand } from '../service/service.ts';

export type FaultyOffice = { proxy: FaultProxy; service: Service; brand: TestBrand; backOffice: BackOffice };

/**
 * Opens a back office of a new brand for a test file, with a proxy before the engine that can hold, change or lose each
 * request.
 */
export function useFaultyOffice(use: (opened: FaultyOffice) => void): void {
  const engine = engineEndpoint();
  let proxy: FaultProxy | undefined;
  beforeAll(async () => {
    proxy = await startFaultProxy(engine);
    announceEngineEndpoint(proxy.endpoint);
    const service = await startService();
    const brand = await service.brand();
    use({ proxy, service, brand, backOffice: openBackOffice(service, brand) });
  });
  afterEach(() => {
    if (proxy !== undefined) proxy.tamper = undefined;
  });
  afterAll(async () => {
    announceEngineEndpoint(engine);
    await proxy?.stop();
  });
}
