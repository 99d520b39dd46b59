import { machineTime } from './clock.ts';
import { LOG_LEVELS, readTraceId, type Config } from './config.ts';
import type { Log } from './logger.ts';

/**
 * Writes the lines of `openLogger` without its 23 KB and their load time.
 * @param isTraced adds the trace of the call, which X-Ray records for all functions but the check.
 */
export function openLeanLogger({ logLevel }: Pick<Config, 'logLevel'>, { isTraced }: { isTraced: boolean }): Log {
  const writer =
    (level: 'INFO' | 'ERROR'): Log['info'] =>
    (facts) => {
      if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(logLevel)) return;
      const always = { level, timestamp: machineTime().toISOString(), trace: isTraced ? readTraceId() : undefined };
      const output = level === 'ERROR' ? process.stderr : process.stdout;
      output.write(`${JSON.stringify(withoutEmpty({ ...always, ...facts }))}\n`);
    };
  return { info: writer('INFO'), error: writer('ERROR') };
}

/** Powertools leaves out what says nothing, and a line costs by its bytes. */
const withoutEmpty = (line: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(line).filter(([, fact]) => fact !== null && fact !== ''));
