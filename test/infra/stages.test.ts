import { describe, expect, test } from '@jest/globals';
import { AwsSolutionsChecks } from 'cdk-nag';
import { checkedStages, findStage, stageNames } from '../../infra/stages.ts';
import { functionNamed, stageOf, synthesize } from './synthesize.ts';
import { appOf, synthesizeStage } from './synthesize-stage.ts';

describe('a stage', () => {
  test.each(['dev', 'staging', 'prod', 'e2e'])('named %s exists', (name) => {
    expect(findStage(name)).toMatchObject({ kind: 'stage', stage: { name } });
  });

  test.each(['production', '', 'toString', 7])('that does not exist is refused with a list of stages: %j', (name) => {
    expect(findStage(name)).toEqual({
      kind: 'unknown',
      problem: `There is no stage ${JSON.stringify(name)}. Give one of ${stageNames.join(', ')}: -c stage=dev`,
    });
  });

  test('must be named', () => {
    expect(findStage(undefined)).toEqual({
      kind: 'unknown',
      problem: `No stage is named. Give one of ${stageNames.join(', ')}: -c stage=dev`,
    });
  });

  test('is emulated only if it keeps no data', () => {
    expect(stageNames.map(stageOf).filter(({ emulated }) => emulated)).toEqual([
      expect.objectContaining({ name: 'e2e', keepsData: false }),
    ]);
  });

  test.each(stageNames)('named %s sends its functions only to endpoints of AWS', (name) => {
    const environments = synthesize(name)
      .ofType('AWS::Lambda::Function')
      .map(({ Properties }) => JSON.stringify(Properties['Environment']));
    expect(environments.filter((environment) => /ENDPOINT|NODE_OPTIONS|https?:/.test(environment))).toEqual([]);
  });

  test.each(stageNames)('named %s passes cdk-nag', (name) => {
    expect(new AwsSolutionsChecks().validateScope(appOf(stageOf(name)))).toEqual({ success: true, violations: [] });
  });
});

describe('the check of the settings', () => {
  const { name: _, ...dev } = stageOf('dev');

  test.each<[string, Record<string, unknown>]>([
    ['logLevel', { logLevel: 'LOUD' }],
    ['logRetentionDays', { logRetentionDays: 2 }],
    ['keepsData', { keepsData: undefined }],
    ['throttle.burst', { throttle: { requestsPerSecond: 1 } }],
    ['memoryMb.product', { memoryMb: { ...dev.memoryMb, product: 64 } }],
    ['reservedConcurrency.brand', { reservedConcurrency: { brand: 0 } }],
    ['alarms.emails.0', { alarms: { emails: ['nobody'] } }],
    ['alarms.topicArns.0', { alarms: { topicArns: ['arn:aws:sqs:eu-west-1:123456789012:queue'] } }],
    ['domain.certificateArn', { domain: { name: 'licenses.example.com' } }],
    [
      'domain.name',
      {
        domain: {
          name: 'https://licenses.example.com',
          certificateArn: 'arn:aws:acm:eu-west-1:123456789012:certificate/a',
        },
      },
    ],
    ['console', { console: {} }],
    ['console', { console: { issuer: 'https://id.example.com' } }],
    ['console.issuer', { console: { issuer: 'http://id.example.com', clientId: 'console' } }],
    ['console.supportGroup', { console: { issuer: 'https://id.example.com', clientId: 'c', supportGroup: 'all' } }],
    ['corsOrigins.0', { corsOrigins: ['https://shop.example.com/path'] }],
  ])('names the stage and the setting that is wrong or missing: %s', (path, change) => {
    const field = path.replaceAll('.', '\\.');
    expect(() => checkedStages({ dev, prod: { ...dev, ...change } })).toThrow(
      new RegExp(`^The settings of the stages \\(infra/stages\\.ts\\) have faults:\\n {2}prod\\.${field}: .+$`),
    );
  });

  test('names an unknown setting', () => {
    expect(() => checkedStages({ prod: { ...dev, memory: 512 } })).toThrow(/prod: Unrecognized key: "memory"/);
  });

  test('refuses a stage named local, which is the local service', () => {
    expect(() => checkedStages({ local: dev })).toThrow('local: ');
  });
});

describe('an optional part of a stage', () => {
  const certificateArn = 'arn:aws:acm:eu-west-1:123456789012:certificate/abc';

  test('is not created unless it is configured', () => {
    const { ofType } = synthesize('prod');
    expect(ofType('AWS::ApiGatewayV2::DomainName')).toEqual([]);
    expect(ofType('AWS::ApiGatewayV2::ApiMapping')).toEqual([]);
    expect(ofType('AWS::ApiGatewayV2::Api')[0]?.Properties['CorsConfiguration']).toBeUndefined();
    for (const { Properties } of ofType('AWS::Lambda::Function'))
      expect(Properties['ReservedConcurrentExecutions']).toBeUndefined();
  });

  test('is created as configured: a custom domain, CORS origins and reserved concurrency', () => {
    const made = synthesizeStage({
      ...stageOf('prod'),
      domain: { name: 'licenses.example.com', certificateArn },
      corsOrigins: ['https://account.example.com'],
      reservedConcurrency: { product: 300, brand: 20 },
    });
    expect(made.ofType('AWS::ApiGatewayV2::DomainName')[0]?.Properties).toMatchObject({
      DomainName: 'licenses.example.com',
      DomainNameConfigurations: [{ CertificateArn: certificateArn }],
    });
    expect(made.ofType('AWS::ApiGatewayV2::ApiMapping')).toHaveLength(1);
    expect(made.outputs['ApiUrl']?.Value).toBe('https://licenses.example.com');
    expect(made.outputs['DomainTarget']).toBeDefined();
    expect(made.ofType('AWS::ApiGatewayV2::Api')[0]?.Properties['CorsConfiguration']).toMatchObject({
      AllowOrigins: ['https://account.example.com'],
    });
    const reservedBy = (name: string) => functionNamed(made, name).Properties['ReservedConcurrentExecutions'];
    expect(['check-license', 'activate-license', 'licenses', 'brands', 'health'].map(reservedBy)).toEqual([
      300,
      300,
      20,
      20,
      undefined,
    ]);
  });
});
