import assert from 'node:assert/strict';
import * as z from 'zod';
import type { Api } from './api.ts';
import type { Outputs } from './cdk.ts';
import { assertKept, contentsOf } from './contents.ts';
import { withImpossible } from './impossible.ts';
import type { Listener } from './listener.ts';
import { NEXT_VERSION, writeNextVersion } from './next-version.ts';
import type { Proof } from './proof.ts';
import { changedAt, nameOf, statusesOf } from './stacks.ts';
import * as stories from './stories.ts';

type Service = { api: Api; outputs: Outputs; story: stories.Story; listener: Listener };

const EVENT_WITHIN_MS = 30_000;

/**
 * Deploys a second version with other code and settings over the first: the first attempt fails, the second succeeds.
 * Neither may lose an item or change the data stack.
 */
export async function replaceVersion(proof: Proof, service: Service): Promise<void> {
  const { report, cdk, client, folder, root } = proof;
  const { api, outputs, story } = service;
  const next = await report.step('npx cdk synth of the second version', (note) =>
    cdk.synth(note, writeNextVersion(root, folder)),
  );
  const before = await contentsOf(client, outputs.TableName);
  const first = await versionOf(api);
  const dataChangedAt = await changedAt(client, 'data');
  const kept = (count: number): string => `all ${count} items are kept`;

  await report.step(
    'a failed deploy of the second version keeps the first one running',
    async (note) => {
      await cdk.deployInVain(note, withImpossible(next, nameOf('service')));
      assert.deepEqual(await statusesOf(client), [
        'CREATE_COMPLETE',
        'UPDATE_COMPLETE',
        'UPDATE_ROLLBACK_COMPLETE',
        'CREATE_COMPLETE',
      ]);
      assert.equal(await versionOf(api), first);
      await stories.mayStillRun(api, story);
      return assertKept(before, await contentsOf(client, outputs.TableName));
    },
    kept,
  );
  await report.step(
    'the second version replaces the first',
    async (note) => {
      assert.deepEqual(
        await cdk.deploy(note, next),
        outputs,
        'the second version is at another address, or on another table',
      );
      assert.equal(await versionOf(api), NEXT_VERSION);
      const updated = ['UPDATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_COMPLETE'];
      assert.deepEqual(await statusesOf(client), ['CREATE_COMPLETE', ...updated]);
      assert.equal(await changedAt(client, 'data'), dataChangedAt, 'an update of functions has touched the data stack');
      return assertKept(before, await contentsOf(client, outputs.TableName));
    },
    kept,
  );
  await report.step('the second version reads the licenses, keys and records of the first', async () => {
    await stories.mayStillRun(api, story);
    await stories.replays(api, story);
    await stories.lifecycleGoesOn(api, story);
    const { licenseId, changes } = story;
    await service.listener.hear(
      'the change that the second version made',
      EVENT_WITHIN_MS,
      (event) => event.entity.id === licenseId && event.seq > changes,
    );
  });
}

/** The version that the deployed API reports. */
async function versionOf(api: Api): Promise<string> {
  const document = await api.expect(200, 'GET', '/openapi.json');
  return z.object({ info: z.object({ version: z.string() }) }).parse(document).info.version;
}
