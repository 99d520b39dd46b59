import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { grantedFunctions, findGrant } from '../../infra/grants.ts';
import { stageNames } from '../../infra/stages.ts';
import { tableStatements } from '../../infra/table-statements.ts';
import { routes, routesServedBy } from '../../lib/api/routes.ts';
import { jobs } from '../../lib/jobs.ts';
import { grantsPage } from './grants-page.ts';
import {
  functionsIn,
  grantLines,
  grantsIn,
  policiesIn,
  resolvedLength,
  statementsOfFunction,
  tableGrantsIn,
  tableIdIn,
  type TableGrant,
} from './policies.ts';
import { functionNamed, synthesize } from './synthesize.ts';

const dev = synthesize('dev');
const tableId = tableIdIn(dev);
const names = functionsIn(dev).sort();
const jobNames = Object.keys(jobs);
const served = routesServedBy;
const seals = (name: string): boolean => served(name).some(({ vault }) => vault !== false);
const hasCallers = (name: string): boolean => served(name).some(({ auth }) => auth === 'brand' || auth === 'platform');
const tableGrantsOf = (name: string): TableGrant[] => tableGrantsIn(statementsOfFunction(dev, name), tableId);

test('every function of a stage has a grant, and every grant has a function', () => {
  expect(names).toEqual([...grantedFunctions].sort());
  expect(new Set(names)).toEqual(
    new Set([...routes.map((route) => route.function), 'not-found', 'console', 'canary', ...jobNames]),
  );
});

describe('the grants on the table', () => {
  test.each(names)('give %s exactly the actions that its grant declares for each class of items', (name) => {
    const granted = tableStatements(findGrant(name, served(name))).flatMap(({ actions, index, like, unlike }) =>
      actions.map((action) => ({
        action,
        resource: `\${${tableId}.Arn}${index === undefined ? '' : `/index/${index}`}`,
        like: [...like],
        unlike: unlike === undefined ? [] : [unlike],
      })),
    );
    expect(grantLines(tableGrantsOf(name))).toEqual(grantLines(granted));
  });

  test('let only the nightly audit read what no class of items narrows down, and write nothing', () => {
    const whole = names.filter((name) => tableGrantsOf(name).some(({ like }) => like.includes('*')));
    expect(whole).toEqual(['audit-segment']);
    expect(tableGrantsOf('audit-segment').map(({ action }) => action)).toEqual([
      'dynamodb:BatchGetItem',
      'dynamodb:Query',
      'dynamodb:Scan',
    ]);
  });

  const writesOf = (name: string) =>
    tableGrantsOf(name).filter(({ action }) => !/:(?:GetItem|BatchGetItem|Query|Scan)$/.test(action));
  const reading = names.filter(
    (name) => served(name).length > 0 && served(name).every(({ access }) => access === 'read' || access === 'none'),
  );
  test.each(reading)(
    'let %s, which only reads, write nothing but counters of calls, last uses of keys and the mark of the data key',
    (name) => {
      const kinds = writesOf(name).flatMap(({ action, like }) =>
        like.map((pattern) => `${action} ${pattern.replace('@platform', '*')}`),
      );
      expect([...new Set(kinds)].sort()).toEqual(
        hasCallers(name)
          ? ['api-key#*', 'data-key', 'failed#*', 'rate#*'].map((kind) => `dynamodb:UpdateItem *#${kind}`)
          : seals(name)
            ? ['dynamodb:UpdateItem *#data-key']
            : [],
      );
    },
  );

  test('let a route that only notes something update, but neither put nor delete', () => {
    const noting = names.filter(
      (name) =>
        served(name).some(({ access }) => access === 'note') && served(name).every(({ access }) => access !== 'write'),
    );
    expect(noting.sort()).toEqual([
      'check-license',
      'composer',
      'issue-token',
      'latest-release',
      'list-seats',
      'updates',
    ]);
    const actions = noting.flatMap((name) => writesOf(name).map(({ action }) => action));
    expect(new Set(actions)).toEqual(new Set(['dynamodb:UpdateItem']));
  });

  test('keep functions for plugins from customers, API keys and almost all platform items', () => {
    const plugins = names.filter((name) => served(name).some(({ auth }) => auth === 'license_key'));
    expect(plugins).toHaveLength(6);
    const patterns = plugins
      .flatMap(tableGrantsOf)
      .flatMap(({ like, unlike }) => [...like, ...unlike.map((pattern) => `not ${pattern}`)]);
    expect([...new Set(patterns)].sort()).toEqual([
      '*#brand',
      '*#id#*',
      '*#key#*',
      '*#once#*',
      '*#product#*',
      '*#releases#*',
      '*#seats#*',
      '@platform#brands',
      '@platform#data-key',
      '@platform#failed#*',
      '@settings#stage',
      'not @*',
    ]);
  });

  test('let only these functions write platform items other than counters, keys and marks', () => {
    const writing = names.filter((name) =>
      writesOf(name).some(({ like }) =>
        like.some((pattern) => /^@platform#(?!rate#|api-key#|failed#|data-key$)/.test(pattern)),
      ),
    );
    expect(writing).toEqual([
      'api-keys',
      'archive-licenses',
      'brands',
      'console',
      'inspect-package',
      'renew-signing-keys',
      'settings',
      'sweep-due',
    ]);
  });
});

describe('the grants besides the table', () => {
  const idOf = (type: string, begins = ''): string =>
    dev.ofType(type).find(({ logicalId }) => logicalId.startsWith(begins))?.logicalId ?? 'none';
  const [bus, aside, dataKey, stream] = [
    idOf('AWS::Events::EventBus'),
    idOf('AWS::SQS::Queue', 'QueuesRelayDead'),
    idOf('AWS::KMS::Key'),
    `\${${tableId}.StreamArn}`,
  ];
  const secret = dev.ofType('AWS::SecretsManager::Secret')[0]?.logicalId ?? '';
  const vault = [`kms:Decrypt on \${${dataKey}.Arn}`, `secretsmanager:GetSecretValue on \${${secret}.Id}`];
  // The name of a queue's dead-letter queue begins with its own.
  const queueNamed = (name: string): string =>
    dev.ofType('AWS::SQS::Queue').find(({ logicalId }) => new RegExp(`^Queues${name}[0-9A-F]{8}$`).test(logicalId))
      ?.logicalId ?? 'none';
  const [events, first, retries, importsQueue] = ['WebhookEvents', 'WebhookFirst', 'WebhookRetries', 'Imports'].map(
    queueNamed,
  );
  const sends = (queue = ''): string => `sqs:SendMessage on \${${queue}.Arn}`;
  const takes = (queue = ''): string[] =>
    ['ChangeMessageVisibility', 'DeleteMessage', 'GetQueueAttributes', 'GetQueueUrl', 'ReceiveMessage'].map(
      (action) => `sqs:${action} on \${${queue}.Arn}`,
    );
  const [packages = '', filesBucket = '', histories = ''] = ['Packages', 'Files', 'Histories'].map(
    (begins) => `\${${idOf('AWS::S3::Bucket', begins)}.Arn}`,
  );
  const drafts = (...actions: string[]): string[] => actions.map((action) => `s3:${action} on ${packages}/drafts/*`);
  const uploads = queueNamed('PackageUploads');
  const files = ['GetObject', 'PutObject'].map((action) => `s3:${action} on ${filesBucket}/*`);
  const old = (...actions: string[]): string[] => [
    ...['GetObject', ...actions].map((action) => `s3:${action} on ${histories}/*`),
    `s3:ListBucket on ${histories}`,
  ];
  const [signingKey, root, spare] = ['Key', 'Root', 'Spare'].map(
    (name) => `\${${idOf('AWS::KMS::Key', `SigningKeys${name}`)}.Arn}`,
  );
  const signingSecret = `\${${idOf('AWS::SecretsManager::Secret', 'SigningKeys')}.Id}`;
  const signs = [`kms:Decrypt on ${signingKey ?? ''}`, `secretsmanager:GetSecretValue on ${signingSecret}`];
  const isSigned = (name: string): boolean =>
    served(name).some(({ fresh, signsPackages }) => fresh === true || signsPackages === true);
  const needed: Record<string, string[]> = {
    console: [
      ...vault,
      ...files,
      ...old('DeleteObject'),
      sends(importsQueue),
      sends(retries),
      ...drafts('GetObject', 'PutObject'),
      `s3:ListBucket on ${packages}`,
    ],
    canary: [`secretsmanager:GetSecretValue on \${${idOf('AWS::SecretsManager::Secret', 'Canary')}.Id}`],
    'renew-signing-keys': [
      ...signs,
      `kms:GenerateDataKey on ${signingKey ?? ''}`,
      ...[root, spare].map((key) => `kms:GetPublicKey on ${key ?? ''}`),
      `kms:Sign on ${root ?? ''}`,
      `secretsmanager:PutSecretValue on ${signingSecret}`,
    ],
    releases: [...drafts('GetObject', 'PutObject'), `s3:ListBucket on ${packages}`],
    downloads: [`s3:GetObject on ${packages}/packages/*`],
    'inspect-package': [
      ...drafts('DeleteObject', 'DeleteObjectVersion', 'GetObject', 'GetObjectVersion'),
      `s3:PutObject on ${packages}/packages/*`,
      ...['ListBucket', 'ListBucketVersions'].map((action) => `s3:${action} on ${packages}`),
      ...takes(uploads),
    ],
    imports: [...files, sends(importsQueue)],
    licenses: old(),
    events: old(),
    customers: old('DeleteObject'),
    'archive-licenses': old('PutObject', 'DeleteObject'),
    'run-import': [...old(), ...files, sends(importsQueue), ...takes(importsQueue), ...vault],
    'audit-segment': [...old(), sends(queueNamed('Audit')), ...takes(queueNamed('Audit'))],
    'webhook-endpoints': [sends(retries)],
    'fan-out-event': [...old(), sends(first), ...takes(events)],
    'count-events': [...old(), ...takes(queueNamed('Counts'))],
    'deliver-webhook': [...old(), sends(first), sends(retries), ...takes(first), ...takes(retries), ...vault],
    'sweep-webhooks': [...old(), sends(first), sends(retries)],
    'relay-journal': [
      'dynamodb:ListStreams on *',
      ...['DescribeStream', 'GetRecords', 'GetShardIterator'].map((action) => `dynamodb:${action} on ${stream}`),
      `events:PutEvents on \${${bus}.Arn}`,
      // The relay sends to this queue; the event source needs the other two actions for its dead letters.
      ...['SendMessage', 'GetQueueAttributes', 'GetQueueUrl'].map((action) => `sqs:${action} on \${${aside}.Arn}`),
    ],
  };

  test.each(names)('give %s exactly the actions that its routes or its job need, and its own log', (name) => {
    const { LogGroup } = z
      .object({ LogGroup: z.object({ Ref: z.string() }) })
      .parse(functionNamed(dev, name).Properties['LoggingConfig']);
    const log = ['CreateLogStream', 'PutLogEvents'].map((action) => `logs:${action} on \${${LogGroup.Ref}.Arn}`);
    const grants = grantsIn(statementsOfFunction(dev, name)).filter((grant) => !grant.includes(`\${${tableId}.Arn}`));
    const traces =
      name === 'check-license'
        ? []
        : ['PutTelemetryRecords', 'PutTraceSegments'].map((action) => `xray:${action} on *`);
    expect([...new Set(grants)].sort()).toEqual(
      [
        ...log,
        ...traces,
        ...(seals(name) ? vault : []),
        ...(isSigned(name) ? signs : []),
        ...(needed[name] ?? []),
      ].sort(),
    );
  });
});

describe.each(stageNames)('the policies of stage %s', (stageName) => {
  const synthesized = synthesize(stageName);
  const policies = policiesIn(synthesized);

  test('use a wildcard only for actions that support no resource, and for the objects of the bucket', () => {
    const wild = policies
      .flatMap(({ statements }) => grantsIn(statements))
      .filter(
        (grant) =>
          grant.includes('*') && !/^s3:\w+Object(?:Version)? on .*\.Arn\}\/(?:(?:drafts|packages)\/)?\*$/.test(grant),
      );
    const traces = ['xray:PutTelemetryRecords on *', 'xray:PutTraceSegments on *'];
    expect([...new Set(wild)].sort()).toEqual([
      ...(synthesized.stage.emulated ? [] : ['cloudwatch:DescribeAlarms on *']),
      ...(synthesized.stage.figures.byBrand ? ['cloudwatch:GetMetricData on *'] : []),
      'dynamodb:ListStreams on *',
      ...(synthesized.stage.tracing ? traces : []),
    ]);
  });

  test('are all inline, and each role trusts one service', () => {
    const roles = synthesized.ofType('AWS::IAM::Role').map(({ Properties }) => Properties);
    const Trust = z.object({
      Statement: z.tuple([
        z.object({
          Effect: z.literal('Allow'),
          Principal: z.object({ Service: z.string() }),
          Action: z.literal('sts:AssumeRole'),
        }),
      ]),
    });
    const principals = roles.map(
      ({ AssumeRolePolicyDocument }) => Trust.parse(AssumeRolePolicyDocument).Statement[0].Principal.Service,
    );
    const released = synthesized.stage.emulated ? [] : ['codedeploy.amazonaws.com'];
    expect(new Set(principals)).toEqual(new Set([...released, 'lambda.amazonaws.com', 'scheduler.amazonaws.com']));
    const attached = roles.flatMap(({ ManagedPolicyArns, Policies }) => [ManagedPolicyArns, Policies]);
    expect(attached.filter((found) => found !== undefined)).toEqual([]);
  });

  test('stay well below the limit of 10,240 characters', () => {
    const sizes = synthesized
      .ofType('AWS::IAM::Policy')
      .map(({ Properties }) => resolvedLength(Properties['PolicyDocument']));
    expect(Math.max(...sizes)).toBeLessThan(7_500);
  });
});

test('docs/grants.md is up to date with npm run docs:grants', () => {
  expect(readFileSync('docs/grants.md', 'utf8')).toBe(grantsPage(dev));
});
