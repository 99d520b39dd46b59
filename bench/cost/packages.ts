import { MEMORY_MB, prices } from './prices.ts';

/** A small plugin, a usual one and one with libraries. */
export const PACKAGE_MB = [1, 5, 20];
const MILLION = 1e6;
const RELEASES = 1_000;
const MB_A_GB = 1_000;

/** A download reads release, license and seat in one batch. */
const READ_UNITS = 3;
const BILLED_S = 0.02;

/** Dollars for a million downloads of a package of this size, and for keeping a thousand of them for a month. */
export function priceOfPackages(megabytes: number): { traffic: number; total: number; kept: number } {
  const gigabytes = megabytes / MB_A_GB;
  const { apiRequest, lambdaRequest, lambdaGbSecond, readUnit, bucketGet, outGb, bucketGbMonth } = prices;
  const call = apiRequest + lambdaRequest + BILLED_S * (MEMORY_MB / 1_024) * lambdaGbSecond;
  const traffic = MILLION * gigabytes * outGb;
  const requests = MILLION * (call + READ_UNITS * readUnit + bucketGet);
  return { traffic, total: requests + traffic, kept: RELEASES * gigabytes * bucketGbMonth };
}
