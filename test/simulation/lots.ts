import { ACTS, type Act } from './acts.ts';
import { changePolicy, changeStagingSite, moveSite, swapSite, useBundle, useEndpoint } from './more-acts.ts';
import { changeSiteByEdd, importKeys, publishVersion } from './vendor-acts.ts';

/** The acts of `ACTS` and those of vendors, and how often clients do each. */
const ALL: readonly (readonly [often: number, act: Act])[] = [
  ...ACTS,
  [8, changeSiteByEdd],
  [2, importKeys],
  [2, publishVersion],
  [4, moveSite],
  [4, swapSite],
  [5, changeStagingSite],
  [2, changePolicy],
  [2, useEndpoint],
  [1, useBundle],
];
export const LOTS = ALL.flatMap(([often, act]) => Array.from({ length: often }, () => act));
