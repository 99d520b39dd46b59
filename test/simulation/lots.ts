import { ACTS, type Act } from './acts.ts';
import { changeSiteByEdd, importKeys, publishVersion } from './vendor-acts.ts';

/** The acts of `ACTS` and those of vendors, and how often clients do each. */
const ALL: readonly (readonly [often: number, act: Act])[] = [
  ...ACTS,
  [8, changeSiteByEdd],
  [2, importKeys],
  [2, publishVersion],
];
export const LOTS = ALL.flatMap(([often, act]) => Array.from({ length: often }, () => act));
