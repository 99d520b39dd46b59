/** A function whose calls all wait until it has been called this many times. */
export function barrier(count: number): () => Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  let arrived = 0;
  return () => {
    arrived += 1;
    if (arrived === count) resolve(undefined);
    return promise;
  };
}
