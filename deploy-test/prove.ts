import assert from 'node:assert/strict';
import { openApi, type Api } from './api.ts';
import { assertWholeTable } from './audit.ts';
import type { Outputs } from './cdk.ts';
import { withImpossible } from './impossible.ts';
import { listen, type Listener } from './listener.ts';
import { assertNoFault, assertRanWith, assertSilentOn, linesOf } from './logs.ts';
import { NEXT_MEMORY_MB } from './next-version.ts';
import type { Proof } from './proof.ts';
import { replaceVersion } from './replacement.ts';
import { firstKey, openOffice } from './office.ts';
import { areProtected, nameOf, resourcesOf, statusesOf } from './stacks.ts';
import * as stories from './stories.ts';
import { protectStage, takeDown } from './take-down.ts';
import { until } from './wait.ts';
import { followWebhooks, subscribe } from './webhooks.ts';

const READY_WITHIN_MS = 60_000;
const EVENT_WITHIN_MS = 30_000;
/** The schedule calls the sweep once a minute, whenever that minute begins. */
const SWEPT_WITHIN_MS = 150_000;

/** Takes a stage through its whole lifecycle. Each step throws if the service fails it. */
export async function prove(proof: Proof): Promise<void> {
  const { report, cdk } = proof;
  await report.step('npx cdk bootstrap -c stage=e2e', (note) => cdk.bootstrap(note));
  const outputs = await deployTwice(proof);
  const api = await report.step('the service is ready at the URL of its outputs', () => readyApi(proof, outputs));
  const listener = await listen(proof.client, outputs.EventBusName);
  const keys = await report.step('npm run admin creates the first key, brands, products and brand keys', () =>
    openForBusiness(proof, outputs, api),
  );
  const endpoint = await report.step('a webhook endpoint receives a test message', () =>
    subscribe(api, keys.brandKey, proof.receiver),
  );
  const story = await tellStories(proof, api, keys);
  const due = await report.step('the other brand provisions a license that expires soon', () =>
    stories.provisionDue(api, keys.otherKey),
  );
  await report.step(
    'the events of the license reach a queue through stream, relay and bus',
    () => followEvents(listener, story),
    (types) => types.join(', '),
  );
  await report.step(
    'the events of the license reach the webhook receiver, signed',
    () => followWebhooks(proof.receiver, endpoint, story),
    (types) => `${types.length} messages`,
  );
  await replaceVersion(proof, { api, outputs, story, listener });
  await report.step('the scheduled sweep announces the expired license', () =>
    listener.hear(
      'license.expired',
      SWEPT_WITHIN_MS,
      ({ type, entity }) => type === 'license.expired' && entity.id === due,
    ),
  );
  await report.step(
    'no function failed, and neither logs nor events contain a key or an e-mail',
    () => readLogs(proof, listener, [...stories.secretsOf(story), keys.adminKey, keys.otherKey]),
    (lines) => `${lines} lines of log, ${listener.texts.length} events`,
  );
  await listener.remove();
  await report.step(
    'the auditor finds every promise kept in the table',
    () => assertWholeTable(proof.client, outputs.TableName),
    (items) => `${items} items`,
  );
  await protectStage(proof);
  await takeDown(proof, outputs);
}

/** Deploys once with a failing second stack, and then with the same command after the cause is removed. */
async function deployTwice({ report, cdk, client }: Proof): Promise<Outputs> {
  const assembly = await report.step('npx cdk synth -c stage=e2e', (note) => cdk.synth(note));
  await report.step('a first deploy fails in its second stack', async (note) => {
    await cdk.deployInVain(note, withImpossible(assembly, nameOf('background')));
    assert.deepEqual(await statusesOf(client), ['CREATE_COMPLETE', 'ROLLBACK_COMPLETE', undefined, undefined]);
  });
  const outputs = await report.step('npx cdk deploy --all -c stage=e2e, after the failed deploy', (note) =>
    cdk.deploy(note),
  );
  assert.deepEqual(new Set(await statusesOf(client)), new Set(['CREATE_COMPLETE']));
  assert.deepEqual(await areProtected(client), [false, false, false, false], 'a first deploy protects its stacks');
  await report.step(
    'each stack stays below the limit of resources',
    () => resourcesOf(client),
    (counts) => [...counts].map(([part, count]) => `${part} ${count}`).join(', '),
  );
  return outputs;
}

/** The API's own host name does not resolve here, so calls use the emulator's path for it. */
async function readyApi({ emulator }: Proof, { ApiUrl, NextCommand }: Outputs): Promise<Api> {
  assert.equal(NextCommand, `curl --fail ${ApiUrl}/ready`);
  const [id = ''] = new URL(ApiUrl).hostname.split('.');
  const api = openApi(`${emulator.endpoint}/_aws/execute-api/${id}/$default`);
  return until(`${api.url}/ready`, READY_WITHIN_MS, async () =>
    (await api.expect(200, 'GET', '/ready'))['status'] === 'ok' ? api : undefined,
  );
}

type Keys = { adminKey: string; brandKey: string; otherKey: string };

async function openForBusiness(
  { emulator, folder, root }: Proof,
  { FirstKeyCommand }: Outputs,
  { url }: Api,
): Promise<Keys> {
  const adminKey = await firstKey(emulator, folder, root, FirstKeyCommand);
  const office = openOffice(emulator, folder, root, { url, apiKey: adminKey });
  const brandKey = await office.openBrand({
    name: 'WP Rocket',
    slug: 'wp-rocket',
    prefix: 'WPR',
    products: ['wp-rocket', 'rocketcdn'],
  });
  const otherKey = await office.openBrand({
    name: 'RankMath',
    slug: 'rankmath',
    prefix: stories.OTHER.prefix,
    products: [stories.OTHER.product],
  });
  return { adminKey, brandKey, otherKey };
}

async function tellStories(
  { report }: Proof,
  api: Api,
  { adminKey, brandKey, otherKey }: Keys,
): Promise<stories.Story> {
  const story = await report.step('story 1: a brand provisions a license key', () => stories.provision(api, brandKey));
  await report.step('story 2: the brand manages the lifecycle of the license', () => stories.lifecycle(api, story));
  await report.step('story 3: a site activates the license', () => stories.activate(api, story));
  await report.step('story 4: a site checks the license', () => stories.checks(api, story));
  await report.step('story 5: a site deactivates the license', () => stories.deactivate(api, story));
  await report.step('story 6: the brand finds a customer’s licenses and their history', () =>
    stories.findAndHistory(api, story, adminKey),
  );
  await report.step('unknown paths, missing credentials and another brand are refused', () =>
    stories.refusals(api, story, otherKey),
  );
  return story;
}

/** Returns the event types of the license, after it has received each event once and in order. */
async function followEvents(listener: Listener, story: stories.Story): Promise<string[]> {
  await listener.hear(
    'the last change of the license',
    EVENT_WITHIN_MS,
    ({ entity, seq }) => entity.id === story.licenseId && seq === story.changes,
  );
  const events = listener.of(story.licenseId);
  assert.deepEqual(
    events.map(({ seq }) => seq),
    events.map((_, index) => index + 1),
    'events of the license are missing or out of order',
  );
  return events.map(({ type }) => type);
}

async function readLogs({ client }: Proof, listener: Listener, secrets: readonly string[]): Promise<number> {
  const lines = await linesOf(client);
  assertSilentOn(
    secrets,
    lines.map(({ message }) => message),
    'lines of the logs',
  );
  assertSilentOn(secrets, listener.texts, 'events');
  assertRanWith(lines, NEXT_MEMORY_MB);
  return assertNoFault(lines);
}
