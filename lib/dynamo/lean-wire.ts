import { openAwsJson, type AwsJsonConfig } from '../process/aws-json.ts';
import { waitingForOthers } from './waiting-for-others.ts';
import type { Operations, Wire } from './wire.ts';

const DYNAMODB = { name: 'dynamodb', target: 'DynamoDB_20120810', jsonVersion: '1.0' } as const;

/**
 * DynamoDB's JSON protocol without the SDK, for the routes that sites and shops call most. Keys and answers are the
 * same, and tests hold both wires to one behavior.
 */
export function leanWire(config: AwsJsonConfig): Wire {
  const send = openAwsJson(DYNAMODB, config);
  return waitingForOthers(
    async <K extends keyof Operations>(operation: K, input: Operations[K][0], signal: AbortSignal) =>
      (await send(operation, input, signal)) as Operations[K][1],
  );
}
