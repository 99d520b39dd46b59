import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { checkedStages, stageNames } from '../../infra/stages.ts';
import { synthesize } from './synthesize.ts';
import { COPY_KEY as kmsKeyArn, OWN_BREAK_GLASS, stageOf } from './tested-stages.ts';

const SECRET = 'AWS::SecretsManager::Secret';
const KEY = 'AWS::KMS::Key';
const POLICY = 'AWS::SecretsManager::ResourcePolicy';
const ACCOUNT = { Ref: 'AWS::AccountId' };
const tagsOf = (stage: string) => [
  { Key: 'service', Value: 'license-service' },
  { Key: 'stage', Value: stage },
];

const NEVER = `This resource must never change. CloudFormation generates another value for the secret when any member of
GenerateSecretString changes, and makes another secret when the logical id does. With another value no stored license
key, e-mail or webhook secret can be decrypted, and each purchase makes a second customer. Undo the change; a new data
key is a migration (docs/decisions/0012-data-key.md).`;

/** Fails with the reason why the two must be equal. */
function expectUnchanged(found: unknown, unchanged: unknown): void {
  try {
    expect(found).toEqual(unchanged);
  } catch (cause) {
    throw new Error(`${NEVER}\n${cause instanceof Error ? cause.message : ''}`, { cause });
  }
}

describe.each(stageNames)('the data key of stage %s', (name) => {
  const { ofType, stage } = synthesize(name);
  const policy = stage.keepsData ? 'RetainExceptOnCreate' : 'Delete';

  test('is exactly this secret, so that CloudFormation never generates another value', () => {
    const secrets = ofType(SECRET).filter(({ logicalId }) => !/^(?:SigningKeys|Canary)/.test(logicalId));
    expectUnchanged(secrets, [
      {
        logicalId: 'DataKeySecretB119AD36',
        Type: SECRET,
        Properties: {
          Description: `Data key of the license service, stage ${name}: losing it loses every license key's text`,
          GenerateSecretString: { ExcludePunctuation: true, PasswordLength: 64 },
          KmsKeyId: { 'Fn::GetAtt': ['DataKey2A0DE9E6', 'Arn'] },
          Tags: tagsOf(name),
        },
        DeletionPolicy: policy,
      },
    ]);
  });

  test('is encrypted with a rotating, multi-Region KMS key from the first deploy on', () => {
    const [key, ...others] = ofType(KEY).filter(({ logicalId }) => !logicalId.startsWith('SigningKeys'));
    expect(others).toEqual([]);
    const { KeyPolicy: _, ...properties } = key?.Properties ?? {};
    expectUnchanged(
      { ...key, Properties: properties },
      {
        logicalId: 'DataKey2A0DE9E6',
        Type: KEY,
        Properties: {
          Description: `Encrypts the data key of the license service, stage ${name}`,
          EnableKeyRotation: true,
          MultiRegion: true,
          Tags: tagsOf(name),
        },
        DeletionPolicy: policy,
      },
    );
  });

  test('has no resource policy until the stage is protected, so that a first deploy attaches none', () => {
    const { name: _name, protect: _protect, ...settings } = stage;
    expect(checkedStages({ [name]: settings })[name]).toMatchObject({ protect: false });
    expect(ofType(POLICY)).toHaveLength(stage.protect ? 1 : 0);
  });
});

/** The condition that exempts one role from a denial for everyone. */
const unlike = (role: string) => ({
  ArnNotLike: {
    'aws:PrincipalArn': { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', ACCOUNT, `:role/${role}`]] },
  },
});

describe('a protected stage', () => {
  const protectedStage = synthesize('dev protected');

  test('lets only its break-glass role change the value, but permits changes of tags, replicas and the policy', () => {
    expect(protectedStage.ofType(POLICY).map(({ Properties }) => Properties)).toEqual([
      {
        SecretId: { Ref: 'DataKeySecretB119AD36' },
        ResourcePolicy: {
          Version: '2012-10-17',
          Statement: [
            {
              Sid: 'OnlyBreakGlassChangesTheValue',
              Effect: 'Deny',
              Principal: { AWS: '*' },
              Action: [
                'secretsmanager:DeleteSecret',
                'secretsmanager:PutSecretValue',
                'secretsmanager:RotateSecret',
                'secretsmanager:UpdateSecret',
                'secretsmanager:UpdateSecretVersionStage',
              ],
              Resource: '*',
              Condition: unlike('license-service-dev-break-glass'),
            },
          ],
        },
      },
    ]);
  });

  test('differs from an unprotected stage only by that policy and the protection of the table', () => {
    const TABLE = 'AWS::DynamoDB::GlobalTable';
    const others = protectedStage.resources.filter(({ Type }) => Type !== POLICY && Type !== TABLE);
    expect(others).toEqual(synthesize('dev').resources.filter(({ Type }) => Type !== TABLE));
  });

  test('passes cdk-nag', () => {
    expect(protectedStage.nag).toEqual({ success: true, violations: [] });
  });

  test('may name its own break-glass role, such as one of a single sign-on', () => {
    const [policy] = synthesize('dev with its own break-glass role').ofType(POLICY);
    expect(policy?.Properties).toMatchObject({
      ResourcePolicy: { Statement: [{ Condition: unlike(OWN_BREAK_GLASS) }] },
    });
  });

  test.each(['*', '', '**', 'two words', 'a:b'])(
    'refuses a break-glass role that matches everyone or no one: %j',
    (breakGlassRole) => {
      const { name: _, ...dev } = stageOf('dev');
      expect(() => checkedStages({ prod: { ...dev, breakGlassRole } })).toThrow('prod.breakGlassRole: ');
    },
  );
});

describe('copies of the data key in other regions', () => {
  test('are configured by the stage and change nothing else of the secret', () => {
    const { ofType } = synthesize('dev with copies of the data key');
    const [secret] = ofType(SECRET);
    const [plain] = synthesize('dev').ofType(SECRET);
    expect(secret).toEqual({
      ...plain,
      Properties: {
        ...plain?.Properties,
        ReplicaRegions: [{ Region: 'eu-central-1' }, { Region: 'eu-west-3', KmsKeyId: kmsKeyArn }],
      },
    });
    expect(ofType(KEY)).toEqual(synthesize('dev').ofType(KEY));
  });

  test.each([
    ['dataKey.replicas.0.region', [{ region: 'Frankfurt' }]],
    ['dataKey.replicas.0.kmsKeyArn', [{ region: 'eu-west-3', kmsKeyArn: 'alias/mine' }]],
  ])('fail with the name of an invalid setting: %s', (path, replicas) => {
    const { name: _, ...dev } = stageOf('dev');
    expect(() => checkedStages({ prod: { ...dev, dataKey: { replicas } } })).toThrow(`prod.${path}: `);
  });
});

describe('the watch on the data key', () => {
  const dev = synthesize('dev');
  const [rule] = dev.ofType('AWS::Events::Rule').filter(({ logicalId }) => logicalId.startsWith('DataKeyWatch'));
  const [topic] = dev.ofType('AWS::SNS::Topic');

  test('matches CloudTrail records of the secret and its KMS key, including denied calls', () => {
    const arn = { 'Fn::GetAtt': ['DataKeySecretB119AD36', 'Id'] };
    const parts = { 'Fn::Split': ['-', { 'Fn::Select': [6, { 'Fn::Split': [':', arn] }] }] };
    const name = { 'Fn::Join': ['-', [{ 'Fn::Select': [0, parts] }, { 'Fn::Select': [1, parts] }]] };
    expect(rule?.Properties['EventPattern']).toEqual({
      source: ['aws.secretsmanager', 'aws.kms'],
      'detail-type': ['AWS API Call via CloudTrail'],
      detail: {
        eventName: [
          'PutSecretValue',
          'UpdateSecret',
          'UpdateSecretVersionStage',
          'RotateSecret',
          'DeleteSecret',
          'DisableKey',
          'ScheduleKeyDeletion',
        ],
        $or: [
          { requestParameters: { secretId: [arn, name] } },
          { requestParameters: { keyId: [{ 'Fn::GetAtt': ['DataKey2A0DE9E6', 'Arn'] }, { Ref: 'DataKey2A0DE9E6' }] } },
          { errorMessage: [{ wildcard: expect.anything() }, { wildcard: expect.anything() }] },
        ],
      },
    });
  });

  test('notifies the topic of the stage with a link to the runbook', () => {
    const [target, ...others] = rule?.Properties['Targets'] as {
      Arn: unknown;
      InputTransformer: { InputTemplate: string };
    }[];
    expect(others).toEqual([]);
    expect(target?.Arn).toEqual({ Ref: topic?.logicalId });
    const [, page = ''] =
      /What to do: docs\/runbook\.md#([\w-]+)"$/.exec(target?.InputTransformer.InputTemplate ?? '') ?? [];
    const titles = readFileSync('docs/runbook.md', 'utf8')
      .match(/^## .+$/gm)
      ?.map((title) => title.slice(3));
    expect(titles?.map((title) => title.toLowerCase().replaceAll(' ', '-'))).toContain(page);
  });

  test('is the only EventBridge rule that may publish to the topic', () => {
    const [policy] = dev.ofType('AWS::SNS::TopicPolicy');
    expect(policy?.Properties).toMatchObject({
      PolicyDocument: {
        Statement: expect.arrayContaining([
          expect.objectContaining({
            Effect: 'Allow',
            Principal: { Service: 'events.amazonaws.com' },
            Action: 'sns:Publish',
            Resource: { Ref: topic?.logicalId },
            Condition: {
              ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': [rule?.logicalId, 'Arn'] } },
              StringEquals: { 'aws:SourceAccount': ACCOUNT },
            },
          }),
        ]),
      },
    });
  });
});
