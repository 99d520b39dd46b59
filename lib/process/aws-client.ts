/** The timeouts and attempts of an AWS client. The caller's own signal ends all of it earlier. */
export type ClientPatience = { connectMs: number; answerMs: number; attempts: number };

/**
 * Limits for the table and the data key. Three attempts and their pauses fit into the deadline of a brand's route. The
 * deadline of a plugin's page has room for one attempt without an answer and another one.
 */
export const ROUTE_PATIENCE: ClientPatience = { connectMs: 500, answerMs: 1_500, attempts: 3 };
export const QUEUE_PATIENCE: ClientPatience = { connectMs: 1_000, answerMs: 5_000, attempts: 2 };
/** The relay retries by itself: it knows which entries can be sent together, and how much time is left. */
export const BUS_PATIENCE: ClientPatience = { connectMs: 1_000, answerMs: 5_000, attempts: 1 };
/** Limits for packages: a part of some megabytes has to arrive within the time of an answer. */
export const BUCKET_PATIENCE: ClientPatience = { connectMs: 1_000, answerMs: 5_000, attempts: 3 };
/** Limits for commands with a person waiting at a terminal. */
export const OPERATOR_PATIENCE: ClientPatience = { connectMs: 5_000, answerMs: 10_000, attempts: 3 };

/**
 * The options of every AWS client: without them the SDK waits for an answer without end. `answerMs` limits the wait for
 * the first byte, and then each pause between two. `endpoint` is set on one machine only.
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

/** The SDK copies input and output of each request for a logger that nobody sets: a tenth of its CPU time. */
export function withoutLogger<C extends { middlewareStack: { remove: (name: string) => boolean } }>(client: C): C {
  client.middlewareStack.remove('loggerMiddleware');
  return client;
}
