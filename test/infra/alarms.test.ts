import { describe, expect, test } from '@jest/globals';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { stageNames } from '../../infra/stages.ts';
import { alarmsOf, isOfRelease, pageOf, runbookSections, type Alarm } from './read-alarms.ts';
import { synthesize } from './synthesize.ts';
import { PAGER, stageOf } from './tested-stages.ts';
import { DAY_S } from '../../lib/domain/time.ts';

const dev = synthesize('dev');
const alarms = alarmsOf(dev);
const notifying = alarms.filter((alarm) => !isOfRelease(alarm));
const named = (name: string): Alarm => {
  const found = alarms.find(({ AlarmName }) => AlarmName === `license-service-dev-${name}`);
  if (found === undefined) throw new Error(`there is no alarm ${name}`);
  return found;
};

describe('each alarm', () => {
  test.each(alarms.map((alarm) => [alarm.AlarmName, alarm] as const))(
    '%s has a section in the runbook and links to it',
    (_, alarm) => {
      expect([...runbookSections.keys()]).toContain(pageOf(alarm));
      expect(alarm.AlarmDescription).toMatch(/^[A-Z].+[^.]\. What to do: /);
    },
  );

  test.each(notifying.map((alarm) => [alarm.AlarmName, alarm] as const))(
    '%s notifies the topic of the stage when it starts and when it ends',
    (_, alarm) => {
      const topics = dev.ofType('AWS::SNS::Topic').map(({ logicalId }) => ({ Ref: logicalId }));
      expect(topics).toHaveLength(1);
      expect(alarm.AlarmActions).toEqual(topics);
      expect(alarm.OKActions).toEqual(topics);
    },
  );

  test('has a unique name', () => {
    expect(new Set(alarms.map(({ AlarmName }) => AlarmName)).size).toBe(alarms.length);
  });
});

describe('each runbook section of an alarm', () => {
  const pages = [...new Set(alarms.map(pageOf))];

  test.each(pages)('%s explains the meaning, the places to look, the remedy and the end of the alarm', (page) => {
    for (const part of ['What it means', 'Where to look', 'What to do', 'It is over when']) {
      expect(runbookSections.get(page)).toContain(`**${part}`);
    }
  });

  test.each(pages)('%s names the alarms that link to it', (page) => {
    const leading = alarms
      .filter((alarm) => pageOf(alarm) === page)
      .map(({ AlarmName }) => AlarmName.replace('license-service-dev-', ''));
    for (const name of leading)
      expect(runbookSections.get(page)).toContain(name.startsWith('function-') ? '`function-…`' : `\`${name}\``);
  });
});

test('alarms of the gateway, which ring for different reasons, have a page each', () => {
  const ofGateway = ['dev', 'prod']
    .flatMap((stage) => alarmsOf(synthesize(stage)))
    .filter(({ AlarmName }) => /-(?:near-throttle|api-refuses|gateway-turns-away)$/.test(AlarmName));
  const names = new Set(ofGateway.map(({ AlarmName }) => AlarmName.replace(/^license-service-[a-z]+-/, '')));
  expect(names.size).toBeGreaterThan(2);
  expect(new Set(ofGateway.map(pageOf)).size).toBe(names.size);
  for (const alarm of ofGateway) expect([...runbookSections.keys()]).toContain(pageOf(alarm));
});

describe('an alarm', () => {
  test('exists for errors and throttles of each function', () => {
    const functions = dev.ofType('AWS::Lambda::Function').map(({ logicalId }) => logicalId);
    const watched = alarms
      .filter(({ AlarmName }) => AlarmName.includes('-dev-function-'))
      .map((alarm) => JSON.stringify(alarm['Metrics']))
      .filter((metrics) => metrics.includes('"Errors"') && metrics.includes('"Throttles"'));
    expect(watched).toHaveLength(functions.length);
    for (const id of functions)
      expect(watched.filter((metrics) => metrics.includes(`{"Ref":"${id}"}`))).toHaveLength(1);
  });

  test('exists for the first message in each dead-letter queue, and for a message that will soon expire there', () => {
    // A queue with a dead-letter queue is watched through that queue.
    const sources = new Set(
      dev
        .ofType('AWS::SQS::Queue')
        .flatMap(({ logicalId, Properties }) => ('RedrivePolicy' in Properties ? [logicalId] : [])),
    );
    const queues = dev.ofType('AWS::SQS::Queue').map(({ logicalId }) => ({ 'Fn::GetAtt': [logicalId, 'QueueName'] }));
    const dead = queues.filter((_, i) => !sources.has(dev.ofType('AWS::SQS::Queue')[i]?.logicalId ?? ''));
    expect(dead).toHaveLength(12);
    for (const Value of dead) {
      const watching = alarms.filter(
        ({ Dimensions }) => JSON.stringify(Dimensions) === JSON.stringify([{ Name: 'QueueName', Value }]),
      );
      expect(watching).toEqual([
        expect.objectContaining({
          MetricName: 'ApproximateNumberOfMessagesVisible',
          Statistic: 'Maximum',
          Threshold: 1,
          EvaluationPeriods: 1,
        }),
        expect.objectContaining({
          MetricName: 'ApproximateAgeOfOldestMessage',
          Statistic: 'Maximum',
          Threshold: 10 * DAY_S,
        }),
      ]);
      for (const { ComparisonOperator } of watching) expect(ComparisonOperator).toBe('GreaterThanOrEqualToThreshold');
    }
  });

  test('exists for each sweep that is not called, and treats missing data as too few calls', () => {
    for (const name of ['sweep-not-run', 'sweep-webhooks-not-run']) {
      expect(named(name)).toMatchObject({
        MetricName: 'Invocations',
        ComparisonOperator: 'LessThanThreshold',
        Threshold: 1,
        TreatMissingData: 'breaching',
      });
    }
    const silent = alarms.filter(({ TreatMissingData }) => TreatMissingData !== 'notBreaching');
    expect(silent.map(({ AlarmName }) => AlarmName)).toEqual([
      'license-service-dev-sweep-not-run',
      'license-service-dev-sweep-webhooks-not-run',
      'license-service-dev-renew-signing-keys-not-run',
      'license-service-dev-archive-licenses-not-run',
      'license-service-dev-signing-keys-end',
      'license-service-dev-canary-fails',
    ]);
  });

  test('exists for old messages in the event queue and the first-attempt queue of webhooks', () => {
    for (const [name, queue] of [
      ['webhook-events-wait', 'QueuesWebhookEvents'],
      ['webhook-first-wait', 'QueuesWebhookFirst'],
    ] as const) {
      expect(named(name)).toMatchObject({
        MetricName: 'ApproximateAgeOfOldestMessage',
        Statistic: 'Maximum',
        Threshold: 300,
      });
      expect(JSON.stringify(named(name))).toMatch(new RegExp(`"${queue}[0-9A-F]{8}"`));
    }
  });

  test('exists for events that wait 5 minutes in the stream', () => {
    expect(named('events-wait')).toMatchObject({
      Namespace: 'AWS/Lambda',
      MetricName: 'IteratorAge',
      Statistic: 'Maximum',
      Threshold: 300_000,
    });
  });

  test('exists for slow license checks, measured at the 99th percentile', () => {
    expect(named('check-slow')).toMatchObject({ MetricName: 'Duration', ExtendedStatistic: 'p99', Threshold: 300 });
  });

  test('exists for the share of failed calls, from 5 failures on', () => {
    expect(named('api-fails')['Threshold']).toBe(1);
    expect(JSON.stringify(named('api-fails')['Metrics'])).toContain('IF(failed >= 5, 100 * failed / calls, 0)');
  });

  test('exists for four fifths of the calls that the gateway takes, and for a high share of refusals', () => {
    const { requestsPerSecond } = stageOf('dev').throttle;
    expect(named('api-near-throttle')).toMatchObject({ MetricName: 'Count', Statistic: 'Sum', Period: 60 });
    expect(named('api-near-throttle').Threshold).toBe(0.8 * 60 * requestsPerSecond);
    expect(named('api-refuses').Threshold).toBe(25);
    expect(JSON.stringify(named('api-refuses')['Metrics'])).toMatch(/IF\(calls >= 600.*"4xx"/);
  });

  test('exists for calls that the gateway turns away by the limit of any route', () => {
    const [filter] = dev
      .ofType('AWS::Logs::MetricFilter')
      .filter(({ Properties }) => JSON.stringify(Properties).includes('gateway_turned_away'));
    const [apiStage] = dev.ofType('AWS::ApiGatewayV2::Stage');
    const { DestinationArn, Format } = apiStage?.Properties['AccessLogSettings'] as Record<string, string>;
    // A call that no function got has no time of a function.
    expect(filter?.Properties['FilterPattern']).toBe('{ ($.status = "429") && ($.function_ms = "-") }');
    expect(JSON.parse(Format ?? '')).toMatchObject({
      status: '$context.status',
      function_ms: '$context.integrationLatency',
    });
    const { Ref } = filter?.Properties['LogGroupName'] as { Ref: string };
    expect(JSON.stringify(DestinationArn)).toContain(Ref);
    expect(named('gateway-turns-away')).toMatchObject({ MetricName: 'gateway_turned_away.dev', Threshold: 10 });
  });

  test('exists for purchases and tokens near the limit of their route, where the gateway counts by route', () => {
    const { routeThrottle } = stageOf('prod');
    const ofProd = alarmsOf(synthesize('prod'));
    for (const [name, Resource, rate] of [
      ['purchases', '/api/v1/brand/licenses/provision', routeThrottle.brand],
      ['tokens', '/oauth/token', routeThrottle.token],
    ] as const) {
      const found = ofProd.find(({ AlarmName }) => AlarmName === `license-service-prod-${name}-near-throttle`);
      expect(found?.Threshold).toBe(0.8 * 60 * rate.requestsPerSecond);
      expect(found?.['Dimensions']).toEqual(
        expect.arrayContaining([
          { Name: 'Method', Value: 'POST' },
          { Name: 'Resource', Value: Resource },
        ]),
      );
    }
  });

  test('exists for throttles of the table and its indexes, and for system errors of the table', () => {
    const throttles = JSON.stringify(named('table-throttles')['Metrics']);
    for (const text of ['ReadThrottleEvents', 'WriteThrottleEvents', '"by_group"', '"by_due"'])
      expect(throttles).toContain(text);
    expect(JSON.stringify(named('table-fails')['Metrics'])).toMatch(/SystemErrors.*TransactWriteItems/);
  });

  test('exists for each fault of a data key, immediate if a person must fix it and delayed if it is temporary', () => {
    const alarmOf = (reason: string) => named(`data-key-${reason}`);
    for (const [reason, DatapointsToAlarm, EvaluationPeriods] of [
      ['changed', 1, 1],
      ['unreadable', 1, 1],
      ['away', 3, 5],
    ] as const) {
      expect(alarmOf(reason)).toMatchObject({
        Namespace: 'LicenseService',
        MetricName: 'data_key_faults',
        Dimensions: [
          { Name: 'reason', Value: reason },
          { Name: 'service', Value: 'license-service-dev' },
        ],
        Statistic: 'Sum',
        Threshold: 1,
        DatapointsToAlarm,
        EvaluationPeriods,
      });
    }
  });

  test('exists for each change of the data key', () => {
    const [rule] = dev.ofType('AWS::Events::Rule').filter(({ logicalId }) => logicalId.startsWith('DataKeyWatch'));
    expect(named('data-key-touched')).toMatchObject({
      Namespace: 'AWS/Events',
      MetricName: 'TriggeredRules',
      Dimensions: [{ Name: 'RuleName', Value: { Ref: rule?.logicalId } }],
      Threshold: 1,
    });
  });

  test('exists for concurrency at four fifths of the account’s limit', () => {
    expect(named('concurrency-low')).toMatchObject({ MetricName: 'ClaimedAccountConcurrency', Threshold: 800 });
    expect(named('concurrency-low')).not.toHaveProperty('Dimensions');
  });
});

describe('the notification of an alarm', () => {
  test('reaches the e-mail addresses and topics of the stage, besides the stage’s own topic', () => {
    const announced = synthesize('dev with other recipients');
    expect(
      announced
        .ofType('AWS::SNS::Subscription')
        .map(({ Properties }) => [Properties['Protocol'], Properties['Endpoint']]),
    ).toEqual([['email', 'ops@example.com']]);
    for (const { AlarmActions, AlarmDescription } of alarmsOf(announced).filter((alarm) => !isOfRelease(alarm))) {
      expect(AlarmActions).toEqual([expect.objectContaining({ Ref: expect.any(String) }), PAGER]);
      expect(AlarmDescription).toContain('What to do: https://wiki/runbook#');
    }
  });

  test('is accepted by the topic from alarms of this account, and refused without TLS', () => {
    const Statement = [
      Match.objectLike({
        Effect: 'Deny',
        Action: 'sns:Publish',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
      Match.objectLike({
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      }),
      Match.objectLike({ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sns:Publish' }),
    ];
    Template.fromJSON(dev.template).hasResourceProperties('AWS::SNS::TopicPolicy', { PolicyDocument: { Statement } });
  });
});

test('only an emulated stage lacks the alarms that combine several metrics', () => {
  const computed = (name: string): number =>
    synthesize(name)
      .ofType('AWS::CloudWatch::Alarm')
      .filter(({ Properties }) => 'Metrics' in Properties).length;
  const [emulated, real] = [true, false].map((is) =>
    stageNames.filter((name) => stageOf(name).emulated === is).map(computed),
  );
  expect(emulated).toEqual([0]);
  expect(new Set(real)).toEqual(new Set([computed('dev')]));
  expect(computed('dev')).toBeGreaterThan(0);
});
