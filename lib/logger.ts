import { Logger, LogFormatter, LogItem } from '@aws-lambda-powertools/logger';
import type { LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types';
import type { Config } from './config.ts';

/** What the service needs of a logger. `lean-logger.ts` is the other one. */
export type Log = Record<'info' | 'error', (message: string, facts: Record<string, unknown>) => void>;

/** One short line of JSON a request: a log line costs more than the read it tells of. */
class OneLine extends LogFormatter {
  override formatAttributes(attributes: UnformattedAttributes, additional: LogAttributes): LogItem {
    const { logLevel, timestamp, message } = attributes;
    return new LogItem({ attributes: { level: logLevel, time: timestamp.toISOString(), message } }).addAttributes(additional);
  }
}

export function openLogger(config: Pick<Config, 'logLevel'>): Log {
  return new Logger({ logLevel: config.logLevel, logFormatter: new OneLine(), serviceName: 'license-service' });
}
