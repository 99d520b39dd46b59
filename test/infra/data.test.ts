import { describe, expect, test } from '@jest/globals';
import { tableSchema } from '../../lib/dynamo/schema.ts';
import { synthesize } from './synthesize.ts';
import { stageOf } from './tested-stages.ts';

const TABLE = 'AWS::DynamoDB::GlobalTable';
const SECRET = 'AWS::SecretsManager::Secret';
const KEY = 'AWS::KMS::Key';

describe('the table', () => {
  const [table] = synthesize('dev').ofType(TABLE);
  const keySchema = (key: { partitionKey: string; sortKey: string }) => [
    { AttributeName: key.partitionKey, KeyType: 'HASH' },
    { AttributeName: key.sortKey, KeyType: 'RANGE' },
  ];

  test('has the same keys and indexes as the local engine', () => {
    expect(table?.Properties).toMatchObject({
      KeySchema: keySchema(tableSchema),
      GlobalSecondaryIndexes: tableSchema.indexes.map((index) => ({
        IndexName: index.name,
        KeySchema: keySchema(index),
        Projection: { ProjectionType: 'KEYS_ONLY' },
      })),
      TimeToLiveSpecification: { AttributeName: tableSchema.timeToLive, Enabled: true },
    });
  });

  test('is billed per request, streams new and old images and has point-in-time recovery', () => {
    expect(table?.Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      Replicas: [{ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }],
    });
  });

  test('is encrypted without a KMS key, so that a read makes no KMS request', () => {
    expect(table?.Properties['SSESpecification']).toEqual({ SSEEnabled: false });
  });
});

test.each([
  [false, 'prod'],
  [true, 'prod protected'],
])('stacks and table are protected from deletion where the stage says so: %j', (protect, name) => {
  const { stacks, ofType, stage } = synthesize(name);
  expect(stage.protect).toBe(protect);
  expect(ofType(TABLE)[0]?.Properties).toMatchObject({ Replicas: [{ DeletionProtectionEnabled: protect }] });
  expect(stacks.map(({ terminationProtection }) => terminationProtection)).toEqual(stacks.map(() => protect));
});

test.each(['dev', 'staging', 'prod'])('a first deploy of %s can be repeated: nothing is protected yet', (name) => {
  expect(stageOf(name).protect).toBe(false);
});

describe.each([
  ['dev', 'Delete'],
  ['staging', 'RetainExceptOnCreate'],
  ['prod', 'RetainExceptOnCreate'],
])('the data of stage %s', (name, policy) => {
  const { ofType } = synthesize(name);

  test(`has the deletion policy ${policy} for table, data key and logs`, () => {
    // The license of the canary can be bought again.
    const lasting = [TABLE, SECRET, KEY, 'AWS::Logs::LogGroup']
      .flatMap(ofType)
      .filter(({ logicalId }) => !logicalId.startsWith('CanarySeat'));
    expect(new Set(lasting.map((resource) => resource.DeletionPolicy))).toEqual(new Set([policy]));
  });
});
