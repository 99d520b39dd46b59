import { readFileSync } from 'node:fs';
import * as z from 'zod';
import type { Synthesized } from './synthesize.ts';

const Alarm = z.looseObject({
  AlarmName: z.string(),
  AlarmDescription: z.string(),
  AlarmActions: z.array(z.unknown()).default([]),
  OKActions: z.array(z.unknown()).default([]),
  Threshold: z.number(),
  ComparisonOperator: z.string(),
  TreatMissingData: z.string(),
});
export type Alarm = z.infer<typeof Alarm>;

/** The alarms of a stage. */
export const alarmsOf = ({ ofType }: Synthesized): Alarm[] =>
  ofType('AWS::CloudWatch::Alarm').map(({ Properties }) => Alarm.parse(Properties));

/** CodeDeploy watches these: when one rings, the release ends and goes back, and so does the stack. */
export const isOfRelease = ({ AlarmName }: Alarm): boolean =>
  /-release-(?:api|[a-z]+-license(?:-answers)?)$/.test(AlarmName);

/** The text of each section of the runbook by its anchor, which GitHub derives from the heading. */
export const runbookSections = new Map(
  readFileSync('docs/runbook.md', 'utf8')
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [title = ''] = section.split('\n', 1);
      const anchor = title
        .toLowerCase()
        .replaceAll(/[^\w\- ]/g, '')
        .replaceAll(' ', '-');
      return [anchor, section] as const;
    }),
);
/** The section that an alarm links to. */
export const pageOf = ({ AlarmDescription }: Alarm): string =>
  /What to do: docs\/runbook\.md#([\w-]+)$/.exec(AlarmDescription)?.[1] ?? 'nowhere';
