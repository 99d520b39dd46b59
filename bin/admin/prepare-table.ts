import { prepareTable } from '../../lib/dynamo/prepare-table.ts';
import { readAdminConfig } from '../../lib/process/config.ts';
import type { Command } from './command.ts';
import { Refused, Usage } from './failures.ts';

/** The step between a restore and the switch: a restored table has no stream, so nothing would leave it. */
export const prepareTableCommand: Command = {
  words: 'prepare-table',
  summary: 'Turn on stream, time to live and recovery of a restored table, and print the setting that switches to it',
  flags: {
    table: { type: 'string', help: 'the name of the restored table', required: true },
    endpoint: { type: 'string', help: 'the address of a local DynamoDB' },
    protect: { type: 'boolean', help: 'protect the table from deletion too' },
  },
  examples: ['prepare-table --table license-service-restored --protect'],
  run: async ({ target: { table, endpoint }, isSet }) => {
    if (table === undefined) throw new Usage('--table is missing');
    const { region } = readAdminConfig();
    const prepared = await prepareTable({ tableName: table, region, endpoint, isProtected: isSet('protect') }).catch(
      (cause: unknown) => {
        const reason = cause instanceof Error ? cause.message : 'unknown error';
        throw new Refused(`The table ${table} was not prepared: ${reason}. Run the command again.`, { cause });
      },
    );
    const { streamArn, recovery } = prepared;
    return {
      answer: { table, recovery, settings: { tableInUse: { streamArn } } },
      note: 'Put these settings into the stage in infra/stages.ts and deploy: then everything uses this table.',
    };
  },
};
