import { raiseWarmThroughput } from '../../lib/dynamo/warm-throughput.ts';
import type { Command } from './command.ts';
import { Refused, Usage } from './failures.ts';
import { numberIn } from './flags.ts';
import { findTable } from './platform-key.ts';

/** A new table has as much. */
const LEAST_WRITES = 4_000;

/** Before a mass import: an unprepared table throttles until it has grown. */
export const warmCommand: Command = {
  words: 'warm',
  summary: 'Make the table and its indexes ready for this many writes a second, before a mass import',
  flags: {
    writes: { type: 'string', help: 'write units a second; AWS takes no less than it has now', required: true },
    table: { type: 'string', help: 'the name of the table, instead of --stage' },
    endpoint: { type: 'string', help: 'with --table: the address of a local DynamoDB' },
  },
  examples: ['warm --stage prod --writes 20000'],
  run: async (asked) => {
    const writes = numberIn(asked, 'writes') ?? 0;
    if (writes < LEAST_WRITES) throw new Usage(`--writes must be at least ${String(LEAST_WRITES)}`);
    const { tableName, region, endpoint } = await findTable(asked.target);
    await asked.confirm(`AWS bills the raised throughput of ${tableName} once. Raise it?`);
    await raiseWarmThroughput({ tableName, region, endpoint, writes }).catch((cause: unknown) => {
      throw new Refused(`The table was not changed: ${cause instanceof Error ? cause.message : 'unknown error'}.`, {
        cause,
      });
    });
    return { answer: { table: tableName, writes }, note: 'AWS needs some minutes until the table is ready.' };
  },
};
