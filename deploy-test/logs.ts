import assert from 'node:assert/strict';
import {
  CloudWatchLogsClient,
  FilterLogEventsCommand,
  paginateDescribeLogGroups,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Client } from './emulator.ts';
import { allStacks } from './stacks.ts';

export type Line = { group: string; message: string };

/** Lambda's own lines for each call in text format, and warnings of node that the emulator's loader causes. */
const NOT_OURS = /^(?:START|END|REPORT) RequestId|DEP0169|--trace-deprecation/;

/** All lines in the log groups of the stacks. */
export async function linesOf(client: Client): Promise<Line[]> {
  const logs = new CloudWatchLogsClient(client);
  const lines: Line[] = [];
  for await (const { logGroups = [] } of paginateDescribeLogGroups({ client: logs }, {})) {
    const isOurs = (name: string): boolean => allStacks.some((stack) => name.includes(stack));
    for (const { logGroupName = '' } of logGroups.filter(({ logGroupName: name = '' }) => isOurs(name))) {
      let nextToken: string | undefined;
      do {
        const page = await logs.send(
          new FilterLogEventsCommand({ logGroupName, ...(nextToken === undefined ? {} : { nextToken }) }),
        );
        lines.push(
          ...(page.events ?? []).map(({ message = '' }) => ({ group: logGroupName, message: message.trim() })),
        );
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
    }
  }
  return lines;
}

/**
 * Throws if a function logged a fault or warning, such as a missing permission that no caller notices. Returns the
 * number of the service's own lines.
 */
export function assertNoFault(lines: readonly Line[]): number {
  const own = lines.filter(({ message }) => message !== '' && !NOT_OURS.test(message));
  const faults = own.filter(({ message }) => isFault(message));
  assert.deepEqual(faults.slice(0, 3), [], `${faults.length} lines of the logs tell of a fault`);
  return own.length;
}

/** A line that is not JSON is not from our code: it is an uncaught error or a warning of node. */
function isFault(message: string): boolean {
  try {
    const line: unknown = JSON.parse(message);
    return (
      typeof line !== 'object' || line === null || ('level' in line && line.level !== 'INFO' && line.level !== 'DEBUG')
    );
  } catch {
    return true;
  }
}

/** Throws unless a function has run with this memory, which proves that the changed setting is in effect. */
export function assertRanWith(lines: readonly Line[], memoryMb: number): void {
  assert.ok(
    lines.some(({ message }) => message.startsWith('REPORT') && message.includes(`Memory Size: ${memoryMb} MB`)),
    `no function has run with ${memoryMb} MB`,
  );
}

export function assertSilentOn(secrets: readonly string[], texts: readonly string[], where: string): void {
  const announced = texts.filter((text) => secrets.some((secret) => text.includes(secret)));
  assert.equal(announced.length, 0, `${announced.length} of ${texts.length} ${where} hold a key or an e-mail`);
}
