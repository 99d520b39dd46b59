import { Logger, LogFormatter, LogItem } from '@aws-lambda-powertools/logger';
import type { LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types';
import { readTraceId, type Config } from './config.ts';

/**
 * The fields of a line beside its level, time and trace: the stable name of what happened, by which operators search,
 * a `message` for people (`route` for an answer), and the facts.
 */
export type Facts = { event: string; message?: string; [name: string]: unknown };

/** The logger that the service needs. `lean-logger.ts` is the other implementation. */
export type Log = Record<'info' | 'error', (facts: Facts) => void>;

/**
 * One short line of JSON a request: a log line costs more than a read. Lambda uses `level` and `timestamp`: without the
 * latter it treats each line as INFO and adds its own time.
 */
class OneLine extends LogFormatter {
  override formatAttributes({ logLevel, timestamp, message }: UnformattedAttributes, facts: LogAttributes): LogItem {
    const attributes = {
      level: logLevel,
      timestamp: timestamp.toISOString(),
      ...(message === '' ? {} : { message }),
      trace: readTraceId(),
    };
    return new LogItem({ attributes }).addAttributes(facts);
  }
}

export function openLogger(config: Pick<Config, 'logLevel'>): Log {
  const logger = new Logger({ logLevel: config.logLevel, logFormatter: new OneLine(), serviceName: 'license-service' });
  return {
    info: ({ message = '', ...facts }) => logger.info(message, facts),
    error: ({ message = '', ...facts }) => logger.error(message, facts),
  };
}

/** A logger that adds these facts to every line. */
export const saying = (log: Log, always: Record<string, unknown>): Log => ({
  info: (facts) => log.info({ ...facts, ...always }),
  error: (facts) => log.error({ ...facts, ...always }),
});
