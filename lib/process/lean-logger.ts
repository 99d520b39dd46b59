import { machineTime } from './clock.ts';
import type { Config } from './config.ts';
import type { Log } from './logger.ts';

/** From the most to the least detailed. */
const LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR', 'SILENT'] as const satisfies Config['logLevel'][];

/**
 * Writes the lines of `openLogger` without its 23 KB and their load time, for the license check, and without a trace,
 * which X-Ray does not record for the check.
 */
export function openLeanLogger({ logLevel }: Pick<Config, 'logLevel'>): Log {
  const writer =
    (level: 'INFO' | 'ERROR'): Log['info'] =>
    (facts) => {
      if (LEVELS.indexOf(level) < LEVELS.indexOf(logLevel)) return;
      process.stdout.write(`${JSON.stringify({ level, timestamp: machineTime().toISOString(), ...facts })}\n`);
    };
  return { info: writer('INFO'), error: writer('ERROR') };
}
