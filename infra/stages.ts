import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as z from 'zod';

const memoryMb = z.int().min(128).max(10_240);

/** What differs from stage to stage; all else is the same code. */
export const StageSettings = z.strictObject({
  logLevel: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']),
  logRetentionDays: z.enum(RetentionDays),
  /** Deletion protection and what becomes of table, data key and logs when the stack goes: one switch, so that they cannot contradict each other. */
  keepsData: z.boolean(),
  /** Deployed on a local emulator of AWS, which refuses some types of resource (docs/deploy.md): they are left out there, and nowhere else. */
  emulated: z.boolean().default(false),
  /** Of the whole HTTP API. The upper ends are an account's own limits unless AWS raised them. */
  throttle: z.strictObject({ requestsPerSecond: z.int().min(1).max(10_000), burst: z.int().min(1).max(5_000) }),
  /** Lambda's share of a CPU grows with memory. */
  memoryMb: z.strictObject({ product: memoryMb, brand: memoryMb, open: memoryMb }),
});
export type StageSettings = z.infer<typeof StageSettings>;
export type Stage = StageSettings & { name: string };

const stages: Readonly<Record<string, StageSettings>> = z.record(z.string().regex(/^[a-z][a-z0-9-]{0,19}$/), StageSettings).parse({
  dev: {
    logLevel: 'DEBUG',
    logRetentionDays: RetentionDays.ONE_WEEK,
    keepsData: false,
    throttle: { requestsPerSecond: 100, burst: 200 },
    memoryMb: { product: 512, brand: 512, open: 256 },
  },
  // A rehearsal of prod: what would be hard to undo there is hard to undo here.
  staging: {
    logLevel: 'INFO',
    logRetentionDays: RetentionDays.ONE_MONTH,
    keepsData: true,
    throttle: { requestsPerSecond: 1_000, burst: 1_000 },
    memoryMb: { product: 512, brand: 512, open: 256 },
  },
  // A million sites ask up to some 950 times a second on a release day: this is room for five million.
  prod: {
    logLevel: 'INFO',
    logRetentionDays: RetentionDays.THREE_MONTHS,
    keepsData: true,
    throttle: { requestsPerSecond: 5_000, burst: 5_000 },
    memoryMb: { product: 512, brand: 512, open: 256 },
  },
  // `npm run test:deploy` deploys it, drives it and takes it down.
  e2e: {
    logLevel: 'INFO',
    logRetentionDays: RetentionDays.ONE_DAY,
    keepsData: false,
    emulated: true,
    throttle: { requestsPerSecond: 100, burst: 200 },
    memoryMb: { product: 512, brand: 512, open: 256 },
  },
});

export const stageNames: readonly string[] = Object.keys(stages);

export type UnknownStage = { problem: string };

/** @param name what `-c stage=` said; undefined when it was not given. */
export function stageNamed(name: unknown): Stage | UnknownStage {
  const settings = typeof name === 'string' && Object.hasOwn(stages, name) ? stages[name] : undefined;
  if (typeof name === 'string' && settings !== undefined) return { name, ...settings };
  const trouble = name === undefined ? 'No stage is named.' : `There is no stage ${JSON.stringify(name)}.`;
  return { problem: `${trouble} Give one of ${stageNames.join(', ')}: -c stage=${stageNames[0] ?? ''}` };
}
