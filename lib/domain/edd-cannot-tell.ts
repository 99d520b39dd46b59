import type { EddRequest } from './edd-call.ts';
import { offerNothing } from './edd-version-answer.ts';

const CANNOT_TELL = 'The license server cannot answer at the moment. Nothing has changed.';

/** Never `license: "invalid"` for a fault of ours: without the word, clients keep what they know. */
export const plainCannotTell = { success: false, msg: CANNOT_TELL } as const;

/** The answer that tells nothing, in the form that the request asks for. */
export function wordCannotTell({ action, call, batch }: Pick<EddRequest, 'action' | 'call' | 'batch'>): unknown {
  if (action !== 'get_version') return plainCannotTell;
  if (batch === undefined) return offerNothing(call, undefined, CANNOT_TELL);
  return Object.fromEntries([...batch].map(([name, one]) => [name, offerNothing(one, undefined, CANNOT_TELL)]));
}

/**
 * The same where only the address of a request is known and its form is not: every action reads its own fields of it.
 * An updater finds no newer version, and every field that it shows.
 */
export function wordCannotTellUnseen(): unknown {
  return { ...plainCannotTell, ...offerNothing({ version: '', slug: '', item_name: '' }, undefined, CANNOT_TELL) };
}
