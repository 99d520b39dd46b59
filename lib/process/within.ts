/** Settles as the work does, or rejects when the signal aborts first. The work continues for others who wait for it. */
export async function within<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const timeIsUp = Promise.withResolvers<never>();
  const reject = (): void => timeIsUp.reject(signal.reason);
  signal.addEventListener('abort', reject, { once: true });
  if (signal.aborted) reject();
  try {
    return await Promise.race([work, timeIsUp.promise]);
  } finally {
    signal.removeEventListener('abort', reject);
  }
}
