import { describe, expect, test } from '@jest/globals';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as z from 'zod';
import { stageNames } from '../../infra/stages.ts';
import { functionNamed, synthesize, textOf } from './synthesize.ts';

const dev = synthesize('dev');
const tableId = dev.ofType('AWS::DynamoDB::GlobalTable')[0]?.logicalId ?? '';
const Role = z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) });
const Statement = z.object({
  Action: z.union([z.string(), z.array(z.string())]),
  Resource: z.union([z.array(z.unknown()), z.record(z.string(), z.unknown()), z.string()]),
});
const Policy = z.object({ PolicyDocument: z.object({ Statement: z.array(Statement) }), Roles: z.array(z.object({ Ref: z.string() })) });

/** What a role may do: `action on resource`. */
function grantsOf(role: unknown): string[] {
  const id = Role.parse(role)['Fn::GetAtt'][0];
  const policies = dev.ofType('AWS::IAM::Policy').map(({ Properties }) => Policy.parse(Properties));
  const statements = policies.filter(({ Roles }) => Roles.some(({ Ref }) => Ref === id)).flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
  return statements.flatMap(({ Action, Resource }) =>
    [Action].flat().flatMap((action) => [Resource].flat().map((resource) => `${action} on ${textOf(resource)}`)),
  );
}

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

test('the sweep reads the due index, licenses and brands, and writes single items: no scan, no other index, no deletion', () => {
  const grants = grantsOf(functionNamed(dev, 'sweep-due').Properties['Role']).filter((grant) => !/^(?:logs|xray):/.test(grant));
  expect(grants.sort()).toEqual([
    `dynamodb:BatchGetItem on \${${tableId}.Arn}`,
    `dynamodb:GetItem on \${${tableId}.Arn}`,
    `dynamodb:PutItem on \${${tableId}.Arn}`,
    `dynamodb:Query on \${${tableId}.Arn}/index/by_due`,
    `dynamodb:UpdateItem on \${${tableId}.Arn}`,
  ]);
});

test('the schedule may call the sweep and keep what it missed, for this account alone', () => {
  const target = z.object({ RoleArn: z.unknown(), Arn: z.unknown() }).parse(dev.ofType('AWS::Scheduler::Schedule')[0]?.Properties['Target']);
  expect(grantsOf(target.RoleArn)).toEqual([
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
