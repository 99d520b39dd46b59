import { uptimeMs } from '../lib/process/clock.ts';
import { callEvery } from '../lib/process/timers.ts';
import { HELP, readOptions } from './options.ts';
import type { Running } from './whole-service.ts';

/**
 * npm passes a signal on that the terminal has sent to the whole group: the second of such a pair is not a second
 * Ctrl-C.
 */
const SAME_SIGNAL_MS = 1_000;
const PARENT_SEEN_EVERY_MS = 250;

function stopOnSignals(stop: () => Promise<void>, isReady: () => boolean): void {
  let stoppingSince: number | undefined;
  const stopOnce = (): void => {
    if (stoppingSince !== undefined) return;
    stoppingSince = uptimeMs();
    // Until it is ready nobody waits for an answer, and leaving ends the engine.
    if (!isReady()) process.exit(0);
    console.log('Stopping …');
    stop().then(() => process.exit(0), fail);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stoppingSince !== undefined && uptimeMs() - stoppingSince > SAME_SIGNAL_MS) process.exit(130);
      stopOnce();
    });
  }
  // npm signals the shell between it and this process, and not every shell passes the signal on before it ends.
  if (process.env['npm_lifecycle_event'] === undefined || process.platform === 'win32') return;
  const parent = process.ppid;
  callEvery(PARENT_SEEN_EVERY_MS, () => {
    if (process.ppid !== parent) stopOnce();
  });
}

function fail(error: unknown): never {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options === undefined) {
    console.log(HELP);
    return;
  }
  const running: Running = {};
  let isReady = false;
  // Loading all the functions takes a second or more, in which Ctrl-C has to end everything too.
  const loading = import('./whole-service.ts');
  stopOnSignals(
    async () => (await loading).stopService(running),
    () => isReady,
  );
  const started = await (await loading).startService(options, running);
  isReady = true;
  console.log((await import('./banner.ts')).banner(started));
}

main().catch(fail);
