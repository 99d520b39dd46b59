import { expect, test } from '@jest/globals';
import { functionNamed, synthesize, type Synthesized } from './synthesize.ts';

const off = synthesize('dev');
const on = synthesize('dev with an archive');
const monthsOf = (stage: Synthesized): unknown =>
  /"ARCHIVE_CANCELLED_AFTER_MONTHS":"(\d+)"/.exec(
    JSON.stringify(functionNamed(stage, 'archive-licenses').Properties['Environment']),
  )?.[1];
const named = ({ AlarmName }: Record<string, unknown>): string => String(AlarmName);
const alarmsOf = ({ ofType }: Synthesized): unknown[] =>
  ofType('AWS::CloudWatch::Alarm').filter(({ Properties }) => named(Properties).endsWith('-archive-left'));

test('a stage archives nothing unless it asks for it, and has no alarm about it', () => {
  expect(monthsOf(off)).toBeUndefined();
  expect(alarmsOf(off)).toEqual([]);
});

test('a stage that asks for it gives the job its months, and watches what the job leaves', () => {
  expect(monthsOf(on)).toBe('24');
  expect(alarmsOf(on)).toEqual([
    expect.objectContaining({
      Properties: expect.objectContaining({ MetricName: 'archive_left', Threshold: 1, EvaluationPeriods: 2 }),
    }),
  ]);
});

test('the bucket of histories is private, and keeps what was removed as long as the table can be restored', () => {
  const buckets = on.ofType('AWS::S3::Bucket').filter(({ logicalId }) => logicalId.startsWith('Histories'));
  expect(buckets.map(({ Properties }) => Properties)).toEqual([
    expect.objectContaining({
      VersioningConfiguration: { Status: 'Enabled' },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      LifecycleConfiguration: {
        Rules: [
          { ExpiredObjectDeleteMarker: true, NoncurrentVersionExpiration: { NoncurrentDays: 35 }, Status: 'Enabled' },
        ],
      },
    }),
  ]);
});
