import assert from 'node:assert/strict';
import { CloudFormationClient, UpdateTerminationProtectionCommand } from '@aws-sdk/client-cloudformation';
import { join } from 'node:path';
import { settings, type Outputs } from './cdk.ts';
import { assertKept, contentsOf } from './contents.ts';
import { succeed } from './processes.ts';
import type { Proof } from './proof.ts';
import { allStacks, areProtected, statusesOf } from './stacks.ts';
import { until } from './wait.ts';

const PROTECTED_WITHIN_MS = 300_000;
const GONE_WITHIN_MS = 60_000;

/** Turns on what a first deploy leaves off, by the command of docs/deploy.md, and shows that it holds. */
export async function protectStage({ report, cdk, client, emulator, folder, root }: Proof): Promise<void> {
  await report.step('npm run admin -- protect protects stacks, table and data key', async (note) => {
    await succeed({
      what: 'npm run admin -- protect --stage e2e',
      program: 'npm',
      args: ['run', '--silent', 'admin', '--', 'protect', '--stage', 'e2e', '--settings', settings, '--yes'],
      env: emulator.env,
      cwd: root,
      log: join(folder, 'admin.log'),
      withinMs: PROTECTED_WITHIN_MS,
      note,
    });
    assert.deepEqual(await areProtected(client), [true, true, true, true]);
  });
  await report.step('a protected stage cannot be destroyed', async (note) => {
    await cdk.destroyInVain(note);
    assert.ok((await statusesOf(client)).every((status) => status !== undefined));
  });
}

/** Lifts the protection as docs/deploy.md says, and destroys the stacks. The table outlives them with every item. */
export async function takeDown({ report, cdk, client }: Proof, { TableName }: Outputs): Promise<void> {
  await report.step(
    'npx cdk destroy --all keeps the table and its items',
    async (note) => {
      const cloudFormation = new CloudFormationClient(client);
      for (const StackName of allStacks)
        await cloudFormation.send(
          new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection: false }),
        );
      const before = await contentsOf(client, TableName);
      await cdk.destroy(note);
      await until('the stacks to be gone', GONE_WITHIN_MS, async () =>
        (await statusesOf(client)).every((status) => status === undefined) ? true : undefined,
      );
      return assertKept(before, await contentsOf(client, TableName));
    },
    (count) => `all ${count} items are kept`,
  );
}
