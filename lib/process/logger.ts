import { Logger, LogFormatter, LogItem } from '@aws-lambda-powertools/logger';
import type { LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types';
import { readTraceId, type Config } from './config.ts';

/** What a line says beside its level, its time and the trace it belongs to: `message`, or for an answer its `route`, and the facts. */
export type Facts = { message?: string; [name: string]: unknown };

/** What the service needs of a logger. `lean-logger.ts` is the other one. */
export type Log = Record<'info' | 'error', (facts: Facts) => void>;

/**
 * One short line of JSON a request: a log line costs more than the read it tells of. Lambda goes by `level` and `timestamp`: without the latter it takes each
 * line for INFO and adds a time of its own.
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

/** A logger whose every line says these facts too. */
export const saying = (log: Log, always: Facts): Log => ({
  info: (facts) => log.info({ ...facts, ...always }),
  error: (facts) => log.error({ ...facts, ...always }),
});
