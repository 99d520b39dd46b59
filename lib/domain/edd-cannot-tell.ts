import type { EddRequest } from './edd-call.ts';
import { describeEddVersion, offerNothing, type EddVersionAnswer } from './edd-version-answer.ts';

const CANNOT_TELL = 'The license server cannot answer at the moment. Nothing has changed.';

/** Never `license: "invalid"` for a fault of ours: without the word, clients keep what they know. */
export const plainCannotTell = { success: false, msg: CANNOT_TELL } as const;

/** The answer that tells nothing, in the form that the request asks for. */
export function wordCannotTell({ action, call, batch }: Pick<EddRequest, 'action' | 'call' | 'batch'>): unknown {
  if (action !== 'get_version') return plainCannotTell;
  if (batch === undefined) return versionUntold(call);
  return Object.fromEntries([...batch].map(([name, one]) => [name, versionUntold(one)]));
}

/**
 * The same where only the address of a request is known and its form is not: every action reads its own fields of it.
 * An updater finds no newer version, and every field that it shows.
 */
export function wordCannotTellUnseen(): unknown {
  return { ...plainCannotTell, ...versionUntold({ version: '', slug: '', item_name: '' }) };
}

const versionUntold = (call: Parameters<typeof offerNothing>[0]): EddVersionAnswer =>
  describeEddVersion(offerNothing(call, undefined, CANNOT_TELL));
