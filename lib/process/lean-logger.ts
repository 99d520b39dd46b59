import { machineTime } from './clock.ts';
import { readTraceId, type Config } from './config.ts';
import type { Log } from './logger.ts';

/** From the most to the least detailed. */
const LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR', 'SILENT'] as const satisfies Config['logLevel'][];

/**
 * Writes the lines of `openLogger` without its 23 KB and their load time.
 * @param isTraced adds the trace of the call, which X-Ray records for all functions but the check.
 */
export function openLeanLogger({ logLevel }: Pick<Config, 'logLevel'>, { isTraced }: { isTraced: boolean }): Log {
  const writer =
    (level: 'INFO' | 'ERROR'): Log['info'] =>
    (facts) => {
      if (LEVELS.indexOf(level) < LEVELS.indexOf(logLevel)) return;
      const always = { level, timestamp: machineTime().toISOString(), trace: isTraced ? readTraceId() : undefined };
      process.stdout.write(`${JSON.stringify(withoutEmpty({ ...always, ...facts }))}\n`);
    };
  return { info: writer('INFO'), error: writer('ERROR') };
}

/** Powertools leaves out what says nothing, and a line costs by its bytes. */
const withoutEmpty = (line: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(line).filter(([, fact]) => fact !== null && fact !== ''));
