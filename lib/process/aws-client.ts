/** How long a client of AWS waits, and how often it tries. The caller's own signal ends all of it earlier. */
export type ClientPatience = { connectMs: number; answerMs: number; attempts: number };

/** The table and the data key stand in the way of a plugin's page: three attempts and their pauses fit into a route's deadline. */
export const ROUTE_PATIENCE: ClientPatience = { connectMs: 500, answerMs: 1_500, attempts: 3 };
export const QUEUE_PATIENCE: ClientPatience = { connectMs: 1_000, answerMs: 5_000, attempts: 2 };
/** The relay tries again itself: it knows what may be sent together, and how much time there is. */
export const BUS_PATIENCE: ClientPatience = { connectMs: 1_000, answerMs: 5_000, attempts: 1 };
/** For commands that a person waits for at a terminal. */
export const OPERATOR_PATIENCE: ClientPatience = { connectMs: 5_000, answerMs: 10_000, attempts: 3 };

/**
 * What every client of AWS is made with: without it the SDK waits for an answer without end. `answerMs` holds for the first byte, and then for each pause between two of them.
 * `endpoint` is set on one machine only.
 */
export function clientOptions(
  { region, endpoint }: { region?: string; endpoint?: string | undefined },
  { connectMs, answerMs, attempts }: ClientPatience,
) {
  return {
    ...(region === undefined ? {} : { region }),
    maxAttempts: attempts,
    requestHandler: {
      connectionTimeout: connectMs,
      requestTimeout: answerMs,
      socketTimeout: answerMs,
      throwOnRequestTimeout: true,
    },
    ...(endpoint === undefined ? {} : { endpoint, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }),
  };
}
