import { LOG_LEVELS } from '../lib/process/config.ts';

type Line = { level: string; [fact: string]: unknown };

const BEGINS = '{"level":"';

/**
 * Hands over the log lines that the functions in this process write, as the filters of CloudWatch get them, and prints
 * only those of `shown` or above.
 */
export function readOwnLines(listener: (line: Line) => void, shown: string): void {
  const isShown = ({ level }: Line): boolean =>
    LOG_LEVELS.findIndex((known) => known === level) >= LOG_LEVELS.findIndex((known) => known === shown);
  const writeAll = process.stdout.write.bind(process.stdout) as (...given: unknown[]) => boolean;
  const writeShown = (...given: unknown[]): boolean => {
    const line = parseLine(given[0]);
    if (line !== undefined) listener(line);
    return line === undefined || isShown(line) ? writeAll(...given) : true;
  };
  process.stdout.write = writeShown;
}

function parseLine(chunk: unknown): Line | undefined {
  if (typeof chunk !== 'string' || !chunk.startsWith(BEGINS)) return undefined;
  try {
    return JSON.parse(chunk) as Line;
  } catch {
    return undefined;
  }
}
