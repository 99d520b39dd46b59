import { describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readOverlay } from '../../infra/overlay.ts';
import { findConcurrencyProblem } from '../../infra/concurrency.ts';
import { checkedStages, findStage, stageNames } from '../../infra/stages.ts';
import { functionNamed, synthesize } from './synthesize.ts';
import { PLACE, stageOf, testedStages } from './tested-stages.ts';

describe('a stage', () => {
  test.each(['dev', 'staging', 'prod', 'e2e'])('named %s exists', (name) => {
    expect(findStage({ stage: name, ...PLACE })).toMatchObject({ kind: 'stage', stage: { name } });
  });

  test.each(['production', '', 'toString', 7])('that does not exist is refused with a list of stages: %j', (name) => {
    expect(findStage({ stage: name })).toEqual({
      kind: 'unknown',
      problem: `There is no stage ${JSON.stringify(name)}. Give one of ${stageNames.join(', ')}: -c stage=dev`,
    });
  });

  test('must be named', () => {
    expect(findStage({})).toEqual({
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

  test.each([...testedStages.keys()])('passes cdk-nag: %s', (name) => {
    expect(synthesize(name).nag).toEqual({ success: true, violations: [] });
  });
});

describe('a stage that keeps data', () => {
  test.each(['staging', 'prod'])('is refused without an account and a region: %s', (stage) => {
    const problem =
      `Stage ${stage} keeps data, so it names its account and region: ` +
      'set both in infra/stages.ts, or give -c account=123456789012 -c region=eu-central-1.';
    expect(findStage({ stage })).toEqual({ kind: 'unknown', problem });
    expect(findStage({ stage, account: PLACE.account })).toEqual({ kind: 'unknown', problem });
    expect(findStage({ stage, region: PLACE.region })).toEqual({ kind: 'unknown', problem });
  });

  test('is deployed into that account and region only', () => {
    const { stacks } = synthesize('prod at its place');
    expect(stacks).toHaveLength(4);
    for (const { account, region } of stacks) expect({ account, region }).toEqual(PLACE);
  });

  test('passes cdk-nag with its account and region, after the references between its stacks are written', () => {
    expect(synthesize('prod at its place').nag).toEqual({ success: true, violations: [] });
  });

  test('names a faulty account or region', () => {
    expect(() => findStage({ stage: 'prod', ...PLACE, account: '12' })).toThrow('prod.account: must be the 12 digits');
    expect(() => findStage({ stage: 'prod', ...PLACE, region: 'moon' })).toThrow('prod.region: must be a region');
  });
});

describe('a file of settings', () => {
  const overlay = { keepsData: true, throttle: { burst: 7 }, alarms: { emails: ['on-call@example.com'] } };

  test('is laid over those of the stage, member by member', () => {
    const before = stageOf('dev');
    expect(findStage({ stage: 'dev', ...PLACE }, overlay)).toEqual({
      kind: 'stage',
      stage: {
        ...before,
        ...PLACE,
        keepsData: true,
        throttle: { ...before.throttle, burst: 7 },
        alarms: { ...before.alarms, emails: ['on-call@example.com'] },
      },
    });
  });

  test('is checked like all settings', () => {
    expect(() => findStage({ stage: 'dev' }, { throttle: { burst: 0 } })).toThrow('dev.throttle.burst: ');
    expect(() => findStage({ stage: 'dev' }, { memory: 1 })).toThrow('dev: Unrecognized key: "memory"');
  });

  test('that cannot be read, or is no object, is refused by its name', () => {
    const folder = mkdtempSync(join(tmpdir(), 'settings-'));
    const file = join(folder, 'settings.json');
    expect(() => readOverlay(file)).toThrow(`-c settings=${file} cannot be read: `);
    writeFileSync(file, '[]');
    expect(() => readOverlay(file)).toThrow(`-c settings=${file} must be one JSON object`);
    writeFileSync(file, '{"keepsData": true}');
    expect(readOverlay(file)).toEqual({ keepsData: true });
    rmSync(folder, { recursive: true });
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
    ['archiveCancelledAfterMonths', { archiveCancelledAfterMonths: 2 }],
    ['audit.segments', { audit: { nightly: true, segments: 50 } }],
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

describe('the concurrency of a stage', () => {
  test.each(stageNames)('fits the account of %s', (name) => {
    expect(findConcurrencyProblem(stageOf(name))).toBeUndefined();
  });

  test('is refused in one sentence where a new account has too little of it', () => {
    const prod = stageOf('prod');
    const small = { ...prod, alarms: { ...prod.alarms, accountConcurrency: 400 } };
    const problem = findConcurrencyProblem(small) ?? '';
    expect(problem.replace(/reserves \d+/, 'reserves SUM').replace(/use \d+/, 'use MOST')).toBe(
      'Stage prod reserves SUM concurrent calls for its functions, its queues may use MOST, and 100 must stay ' +
        'unreserved: more than the 400 of alarms.accountConcurrency. Ask AWS for a higher quota, or remove ' +
        'reservedConcurrency from the stage.',
    );
    expect(findConcurrencyProblem({ ...small, reservedConcurrency: {} })).toBeUndefined();
  });
});

describe('an optional part of a stage', () => {
  test('is not created unless it is configured', () => {
    const { ofType } = synthesize('prod');
    expect(ofType('AWS::ApiGatewayV2::DomainName')).toEqual([]);
    expect(ofType('AWS::ApiGatewayV2::ApiMapping')).toEqual([]);
    expect(ofType('AWS::ApiGatewayV2::Api')[0]?.Properties['CorsConfiguration']).toBeUndefined();
    for (const { Properties } of synthesize('dev').ofType('AWS::Lambda::Function'))
      expect(Properties['ReservedConcurrentExecutions']).toBeUndefined();
  });

  test('is created as configured: a custom domain, CORS origins and reserved concurrency', () => {
    const made = synthesize('prod with all options');
    expect(made.ofType('AWS::ApiGatewayV2::DomainName')[0]?.Properties).toMatchObject({
      DomainName: 'licenses.example.com',
      DomainNameConfigurations: [{ CertificateArn: made.stage.domain?.certificateArn }],
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
