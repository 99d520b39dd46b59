/**
 * Runs the action and captures standard output: the functions' log lines are written at full cost, but do not appear in
 * the table.
 */
export async function capturingStdout<T>(action: () => Promise<T>): Promise<{ result: T; written: string }> {
  const write = process.stdout.write.bind(process.stdout);
  let written = '';
  process.stdout.write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    written += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    const done = rest.find((argument) => typeof argument === 'function');
    if (done) queueMicrotask(done as () => void);
    return true;
  };
  try {
    return { result: await action(), written };
  } finally {
    process.stdout.write = write;
  }
}
