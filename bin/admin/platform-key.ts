import { createPlatformKey } from '../../lib/commands/create-platform-key.ts';
import { now } from '../../lib/process/clock.ts';
import { readAdminConfig, readConfig } from '../../lib/process/config.ts';
import { randomUuid } from '../../lib/process/random.ts';
import { deadline } from '../../lib/process/timers.ts';
import { sdkWire } from '../../lib/dynamo/sdk-wire.ts';
import { readEnvironment } from '../environment.ts';
import type { Command, Target } from './command.ts';
import { Refused, Usage } from './failures.ts';

const WITHIN_MS = 30_000;

/** The only command that writes to the table itself: every route that makes keys requires one. */
export const platformKeyCommand: Command = {
  words: 'create-platform-key',
  summary: 'Create an API key of the platform, also the first one, and show its text once',
  flags: {
    name: { type: 'string', help: 'the purpose of the key; the default is “Platform team”' },
    table: { type: 'string', help: 'the name of the table, instead of --stage' },
    endpoint: { type: 'string', help: 'with --table: the address of a local DynamoDB' },
  },
  examples: [
    'create-platform-key --stage prod',
    'create-platform-key --table license-service --endpoint http://127.0.0.1:8000',
  ],
  run: async (asked) => {
    const { endpoint, region, tableName } = await findTable(asked.target);
    const own =
      endpoint === undefined ? {} : { endpoint, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
    const wire = sdkWire({ region, ...own });
    const table = (...owners: string[]) => ({ wire, name: tableName, owners, signal: deadline(WITHIN_MS) });
    const name = asked.text('name') ?? 'Platform team';
    const made = createPlatformKey({ requestId: randomUuid(), nowMs: now(), table }, { name });
    const answer = await made.catch((cause: unknown) => {
      throw new Refused(
        `The table ${tableName} cannot be written to: ${cause instanceof Error ? cause.message : 'unknown error'}.` +
          ' Check that your AWS credentials belong to its account.',
        { cause },
      );
    });
    wire.client.destroy();
    return {
      answer,
      note:
        'This is the only time that the text of the key is shown. Save it now.' +
        ' The other commands read it from the environment variable CLS_API_KEY.',
    };
  },
};

type TableOf = { tableName: string; region: string; endpoint: string | undefined };

/** The table that a command works on itself. */
export async function findTable({ stage, localDir, table, endpoint }: Target): Promise<TableOf> {
  if (endpoint !== undefined && table === undefined) throw new Usage('--endpoint goes with --table');
  if (table !== undefined) return { tableName: table, region: readAdminConfig().region, endpoint };
  if (stage !== undefined) return readConfig(await readEnvironment({ kind: 'stage', stage }));
  if (localDir !== undefined) return readConfig(await readEnvironment({ kind: 'local', localDir }));
  throw new Usage('Give one of --stage STAGE, --local and --table NAME');
}
