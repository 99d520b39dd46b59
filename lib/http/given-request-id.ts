import { mayHoldCredential } from '../domain/secret-word.ts';

const SANE_REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** True for an id that is short and plain enough for a header and a log line, and contains no credential of ours. */
export const isPlainRequestId = (given: string): boolean => SANE_REQUEST_ID.test(given) && !mayHoldCredential(given);
