import { startedBefore } from '../run/started-before.ts';
import { announceEngineEndpoint, engineEndpoint } from '../run/engine-endpoint.ts';
import { startFaultProxy, type FaultProxy } from '../table/fault-proxy.ts';
import { openBackOffice, type BackOffice } from './back-office.ts';
import { openLicenseSearches, type LicenseSearches } from './license-searches.ts';
import { startPackagesOnce, type Packages } from './packages.ts';
import { startService, type Service, type TestBrand } from './service.ts';
import type { World } from './world.ts';

/** These functions start what the tests of a file need before them, in the order of their calls. */
export const useService = (options?: Parameters<typeof startService>[0]): Service =>
  startedBefore(() => startService(options));

export const useBrand = (service: Service, input?: Parameters<Service['brand']>[0]): TestBrand =>
  startedBefore(() => service.brand(input));

export const useBackOffice = (service: Service, brand: TestBrand): BackOffice =>
  startedBefore(() => openBackOffice(service, brand));

export const useLicenseSearches = (service: Service, brand: TestBrand): LicenseSearches =>
  startedBefore(() => openLicenseSearches(service, brand));

/** Most files need no world; loading it takes longer than many of their tests. */
export const useWorld = (): World => startedBefore(async () => (await import('./world.ts')).startWorld());

/** A fault proxy between the engine and everything that is started after it. */
export const useFaultProxy = (): FaultProxy =>
  startedBefore(async () => {
    const proxy = await startFaultProxy(engineEndpoint());
    announceEngineEndpoint(proxy.endpoint);
    return proxy;
  });

export const usePackages = (): Packages => startedBefore(startPackagesOnce);
