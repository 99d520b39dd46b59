/** An answer as a client got it, or `lost` when it knows nothing of the outcome. */
export type Answered = { status: number; text: string; body: Record<string, unknown> };
export type Outcome = Answered | 'lost';

/** An answer that says that the service is wrong, not away. */
export const isOwnFault = (outcome: Outcome): boolean => outcome !== 'lost' && outcome.status === 500;

export type Call = {
  method: 'GET' | 'POST' | 'PATCH';
  path: string;
  apiKey?: string;
  body?: object;
  idempotencyKey?: string;
  /** A change without stored answers: it is repeated as it is, and neither cut nor replayed. */
  isPlain?: true;
  /** The client hangs up after this. */
  cutAfterMs?: number;
};

const PATIENCE_MS = 15_000;

/** Sends one call over HTTP. Outages are answers like any other: 5xx means that the outcome is unknown. */
export async function sendCall(baseUrl: string, call: Call): Promise<Outcome> {
  const { method, path, apiKey, body, idempotencyKey, cutAfterMs } = call;
  try {
    const response = await fetch(baseUrl + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(apiKey === undefined ? {} : { 'x-api-key': apiKey }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(cutAfterMs ?? PATIENCE_MS),
    });
    const text = await response.text();
    // An outage, or the request limit: nothing is known, or nothing was tried.
    if (response.status > 500 || response.status === 429) return 'lost';
    return { status: response.status, text, body: JSON.parse(text) as Answered['body'] };
  } catch {
    return 'lost';
  }
}
