import { refuse, type Refusal } from '../domain/refusal.ts';

/** Visible ASCII, as far as a header can carry it. */
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

/** The idempotency key of a request that has one, in its header or its body. */
export function readIdempotencyKey(inHeader: string | undefined, inBody: unknown): string | undefined | Refusal {
  const wrong = (pointer: string, message: string): Refusal =>
    refuse('bad_request', { errors: [{ pointer, message }] });
  if (inBody !== undefined && typeof inBody !== 'string') return wrong('/idempotency_key', 'must be a text');
  if (inHeader !== undefined && inBody !== undefined && inHeader !== inBody)
    return wrong('/idempotency_key', 'differs from the header Idempotency-Key');
  const key = inHeader ?? inBody;
  if (key === undefined || IDEMPOTENCY_KEY.test(key)) return key;
  return wrong(
    inHeader === undefined ? '/idempotency_key' : 'Idempotency-Key',
    'must be 1 to 255 visible ASCII characters',
  );
}
