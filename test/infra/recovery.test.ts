import { describe, expect, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { checkedStages } from '../../infra/stages.ts';
import { optionalStack, synthesize } from './synthesize.ts';
import { BACKUPS, RESTORED as TABLE_ARN, RESTORED_STREAM as STREAM_ARN, stageOf } from './tested-stages.ts';

describe('a stage whose table was restored', () => {
  const [before, after] = [synthesize('prod'), synthesize('prod on a restored table')];
  const dataOf = ({ stacks }: typeof before) => stacks.find(({ part }) => part === 'data')?.template;

  test('points every function, every grant and the relay to the restored table, and nothing to the old one', () => {
    const functions = after.ofType('AWS::Lambda::Function');
    const named = functions.map(({ Properties }) => JSON.stringify(Properties['Environment']));
    for (const environment of named) expect(environment).toContain('"TABLE_NAME":"license-service-restored"');
    const policies = JSON.stringify(after.ofType('AWS::IAM::Policy'));
    expect(policies).toContain(`"${TABLE_ARN}"`);
    expect(policies).toContain(`"${TABLE_ARN}/index/by_group"`);
    const [stream] = after
      .ofType('AWS::Lambda::EventSourceMapping')
      .filter(({ Properties }) => JSON.stringify(Properties['EventSourceArn']).includes('/stream/'));
    expect(stream?.Properties['EventSourceArn']).toBe(STREAM_ARN);
    const others = after.stacks.filter(({ part }) => part !== 'data').map(({ template }) => JSON.stringify(template));
    for (const template of others) expect(template).not.toMatch(/ExportsOutput(?:Ref|FnGetAtt)Table/);
    expect(after.outputs['TableName']?.Value).toBe('license-service-restored');
  });

  test('keeps its first table and all that the data stack exports, so that the deploy can be undone', () => {
    expect(dataOf(after)?.Resources).toEqual(dataOf(before)?.Resources);
    const exportsOf = (data: ReturnType<typeof dataOf>) =>
      Object.values(data?.Outputs ?? {}).filter((output) => output.Export !== undefined);
    expect(exportsOf(dataOf(after))).toEqual(exportsOf(dataOf(before)));
  });

  test('locks them even from the root user only where the stage asks for that, as no erasure reaches them then', () => {
    const { name: _, ...prod } = stageOf('prod');
    const { prod: asked } = checkedStages({ prod: { ...prod, journalExport: { years: 10 } } });
    expect(asked?.journalExport).toEqual({ years: 10, mode: 'governance' });
    const strict = optionalStack(synthesize('prod with a strict lock'), 'backup');
    Template.fromJSON(strict.whole).hasResourceProperties('AWS::S3::Bucket', {
      ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 3660 } } },
    });
  });

  test('passes cdk-nag', () => {
    expect(after.nag).toEqual({ success: true, violations: [] });
  });
});

test.each<[string, Record<string, unknown>]>([
  ['tableInUse.streamArn', { tableInUse: { streamArn: TABLE_ARN } }],
  ['tableInUse.streamArn', { tableInUse: {} }],
])('a faulty setting of the recovery is named: %s', (path, change) => {
  const { name: _, ...dev } = stageOf('dev');
  expect(() => checkedStages({ prod: { ...dev, ...change } })).toThrow(`prod.${path}: `);
});

describe('a stage with backups and an export of its journal', () => {
  const made = synthesize('prod with backups');
  const template = Template.fromJSON(optionalStack(made, 'backup').whole);

  test('backs the table up each month, keeps it for years and copies it to other accounts and regions', () => {
    template.hasResourceProperties('AWS::Backup::BackupPlan', {
      BackupPlan: {
        BackupPlanRule: [
          {
            ScheduleExpression: 'cron(0 3 1 * ? *)',
            Lifecycle: { DeleteAfterDays: 7 * 366, MoveToColdStorageAfterDays: 30 },
            CopyActions: [{ DestinationBackupVaultArn: BACKUPS.backup.copyTo[0] }],
          },
        ],
      },
    });
    template.hasResourceProperties('AWS::Backup::BackupVault', {
      LockConfiguration: { MinRetentionDays: 30, ChangeableForDays: 3 },
    });
    expect(JSON.stringify(template.findResources('AWS::Backup::BackupSelection'))).toContain('Table710B521BArn');
  });

  test('exports the changes of the day before into a bucket that locks them for ten years', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      ObjectLockEnabled: true,
      ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 3660 } } },
    });
    template.hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Retain' });
    template.hasResourceProperties('AWS::Scheduler::Schedule', { ScheduleExpression: 'cron(30 0 * * ? *)' });
    const [machine] = Object.values(template.findResources('AWS::StepFunctions::StateMachine'));
    expect(JSON.stringify(machine)).toMatch(/exportTableToPointInTime.*INCREMENTAL_EXPORT.*NEW_AND_OLD_IMAGES/);
  });

  test('passes cdk-nag', () => {
    expect(made.nag).toEqual({ success: true, violations: [] });
  });
});
