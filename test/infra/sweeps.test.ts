import { describe, expect, test } from '@jest/globals';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as z from 'zod';
import { stageNames } from '../../infra/stages.ts';
import { grantsIn, statementsOfRole } from './policies.ts';
import { functionNamed, synthesize, textOf } from './synthesize.ts';

const dev = synthesize('dev');

describe.each(stageNames)('in stage %s', (name) => {
  const synthesized = synthesize(name);
  const [schedule, ...others] = synthesized.ofType('AWS::Scheduler::Schedule');

  test('the sweep is called every minute, and a call that comes to nothing is kept', () => {
    expect(others).toEqual([]);
    const sweep = functionNamed(synthesized, 'sweep-due');
    expect(schedule?.Properties).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      State: 'ENABLED',
      Target: {
        Arn: { 'Fn::GetAtt': [sweep.logicalId, 'Arn'] },
        RetryPolicy: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 60 },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': [expect.stringMatching(/^SweepsMissed/), 'Arn'] } },
      },
    });
  });

  test('a run of the sweep ends before the next begins, and none is repeated', () => {
    const sweep = functionNamed(synthesized, 'sweep-due');
    expect(sweep.Properties['Timeout']).toBeLessThan(60);
    Template.fromStack(synthesized.stack).hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: sweep.logicalId },
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
    });
  });
});

test('the schedule may call the sweep and keep what it missed, for this account alone', () => {
  const target = z.object({ RoleArn: z.unknown(), Arn: z.unknown() }).parse(dev.ofType('AWS::Scheduler::Schedule')[0]?.Properties['Target']);
  expect(grantsIn(statementsOfRole(dev, target.RoleArn))).toEqual([
    `lambda:InvokeFunction on ${textOf(target.Arn)}`,
    expect.stringMatching(/^sqs:SendMessage on \$\{SweepsMissed\w+\.Arn\}$/),
  ]);
  Template.fromStack(dev.stack).hasResourceProperties('AWS::IAM::Role', {
    AssumeRolePolicyDocument: {
      Statement: [
        Match.objectLike({
          Principal: { Service: 'scheduler.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        }),
      ],
    },
  });
});
