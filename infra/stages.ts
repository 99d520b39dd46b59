import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as z from 'zod';
import { nightlyAudit } from '../lib/jobs.ts';
import { consoleSettings } from './console-settings.ts';
import { edgeSettings } from './edge-settings.ts';
import { overlaid, type Overlay } from './overlay.ts';
import { fitsSecondRegion, secondRegionSettings } from './second-region-settings.ts';
import { recoverySettings } from './recovery-settings.ts';

const memoryMb = z.int().min(128).max(10_240);
const reserved = z.int().min(1).max(900).optional();
const origin = z
  .string()
  .regex(/^(?:\*|https?:\/\/[a-z0-9.-]+(?::\d{1,5})?)$/, 'must be an origin such as https://shop.example.com, or *');

/**
 * The recipients of alarms. The stack also makes its own topic, which anyone with rights in the account may subscribe
 * to.
 */
const alarms = z.strictObject({
  /** Each gets a mail that asks for consent first. */
  emails: z.array(z.email()).default([]),
  /** Topics that exist already, such as that of a pager or a chat. */
  topicArns: z
    .array(z.string().regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]+$/, 'must be the ARN of an SNS topic'))
    .default([]),
  /** Lambda calls at once that the account may make, all its functions together. The alarm comes at 80 % of them. */
  accountConcurrency: z.int().min(10).default(1_000),
  /** The address of the runbook: an alarm's text links its page there. */
  runbook: z.string().min(1).default('docs/runbook.md'),
});

/**
 * A name under which the API is reached, instead of the one that AWS gives. The name's DNS record is the team's own to
 * make.
 */
const domain = z.strictObject({
  name: z
    .string()
    .regex(/^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/, 'must be a host name such as licenses.example.com'),
  /** The certificate is in the stage's own region. */
  certificateArn: z
    .string()
    .regex(/^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/, 'must be the ARN of a certificate in ACM'),
});

/**
 * The audit of the live table: each night reads a seventh of the segments. A segment must be read within a quarter of
 * an hour, so a table of more than some 50 GB needs more of them.
 */
const audit = z.strictObject({
  nightly: z.boolean().default(false),
  segments: z
    .int()
    .min(nightlyAudit.nights)
    .max(700_000)
    .multipleOf(nightlyAudit.nights, 'must be a multiple of 7: a week of nights reads them all')
    .default(49),
});

const region = z.string().regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/, 'must be a region such as eu-central-1');

/** A copy of the data key's secret in another region, which follows the first by itself. */
const replica = z.strictObject({
  region,
  /** A KMS key of that region. Left out, AWS's own key for Secrets Manager encrypts the copy. */
  kmsKeyArn: z
    .string()
    .regex(
      /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/(?:mrk-[0-9a-f]{32}|[0-9a-f-]{36})$/,
      'must be the ARN of a KMS key',
    )
    .optional(),
});

const rate = z.strictObject({ requestsPerSecond: z.int().min(1).max(10_000), burst: z.int().min(1).max(5_000) });
const upTo = (requestsPerSecond: number, burst: number) => rate.prefault({ requestsPerSecond, burst });

/** The rate of each route of a kind, at most three fifths of the API's. A route of license keys may use all of it. */
const routeThrottle = z.strictObject({
  /** Calls of sites without a license key of ours: updates, packages, and all that old clients send. */
  sites: upTo(3_000, 3_000),
  /** All paths without a route together. */
  unknown: upTo(100, 200),
  open: upTo(50, 100),
  token: upTo(20, 40),
  brand: upTo(200, 400),
  admin: upTo(50, 100),
});

/** The settings of a stage; all stages have the same code. */
export const StageSettings = z.strictObject({
  /**
   * The account and region that the stage lives in. A stage that keeps data is deployed nowhere else: with credentials
   * of another account the deploy stops before it begins.
   */
  account: z
    .string()
    .regex(/^\d{12}$/, 'must be the 12 digits of an AWS account')
    .optional(),
  region: region.optional(),
  /** Above INFO Lambda would drop the lines of single requests, and the metrics with them. */
  logLevel: z.enum(['DEBUG', 'INFO']),
  logRetentionDays: z.enum(RetentionDays),
  /** Keeps table, data key and logs when the stacks are destroyed. `protect` also keeps them from being deleted. */
  keepsData: z.boolean(),
  /**
   * Deployed on a local emulator of AWS, which refuses some types of resource (docs/deploy.md): they are left out
   * there, and nowhere else.
   */
  emulated: z.boolean().default(false),
  /** Limits of the whole HTTP API. The upper ends are an account's own limits unless AWS raised them. */
  throttle: rate,
  routeThrottle: routeThrottle.prefault({}),
  /** Lambda's share of a CPU grows with memory. */
  memoryMb: z.strictObject({ product: memoryMb, brand: memoryMb, open: memoryMb }),
  /**
   * Calls at once that each function of a kind has for itself, and no more than these. Left out, all share what the
   * account has (infra/concurrency.ts checks that enough of it is left).
   */
  reservedConcurrency: z.strictObject({ product: reserved, brand: reserved, open: reserved }).default({}),
  /**
   * `canary` gives a new version of the check, the activation and the deactivation a tenth of its calls for five
   * minutes, and goes back when it fails. `at_once` waits for nothing: for a stage without calls, and for going back.
   */
  releases: z.enum(['canary', 'at_once']).default('canary'),
  /** X-Ray follows a call a second and a twentieth of the rest, in all functions but the check. */
  tracing: z.boolean().default(true),
  /**
   * The gateway's metrics by route too, each of which costs as much as one of our own
   * (docs/decisions/0076-custom-metrics.md).
   */
  routeMetrics: z.boolean().default(false),
  /**
   * Counts checks and refusals of sites by brand, for the analytics: a metric for each brand, and one for each reason
   * that it has refused a site for (docs/decisions/0235-calls-by-brand.md).
   */
  figures: z.strictObject({ byBrand: z.boolean().default(false) }).prefault({}),
  /**
   * Protects the stacks from termination, the table from deletion, and the data key's value from all but the
   * break-glass role. Off in a first deploy, because a protected stack whose first deploy failed cannot be deleted.
   * `npm run admin -- protect` turns it on (docs/deploy.md).
   */
  protect: z.boolean().default(false),
  /**
   * The name of the role that may nevertheless, with its path, `*` for any text; `license-service-<stage>-break-glass`
   * when left out. Nothing makes this role.
   */
  breakGlassRole: z
    .string()
    .regex(/^(?=.*\w)[\w+=,.@/*-]{1,512}$/, 'must be the name of a role')
    .optional(),
  /** Regions that get a copy of the data key. The KMS key that encrypts it is a multi-Region key in any case. */
  dataKey: z.strictObject({ replicas: z.array(replica).default([]) }).prefault({}),
  /**
   * Signs the key set of proofs with the spare root, for the day on which the first one cannot be used
   * (docs/runbook.md).
   */
  signsWithSpareRoot: z.boolean().default(false),
  /**
   * The load that table and indexes are ready for when they are made, in units a second. It can only be raised later
   * (`npm run admin -- warm`); left out, it is what AWS gives a new table.
   */
  warmThroughput: z
    .strictObject({ reads: z.int().min(12_000).max(1_000_000), writes: z.int().min(4_000).max(1_000_000) })
    .optional(),
  alarms: alarms.prefault({}),
  audit: audit.prefault({}),
  /**
   * After so many months without a change, the history of a cancelled license moves from the table into a bucket of the
   * stage, where every read still finds it (docs/archive.md). Left out, nothing moves. Deliveries of webhooks, undone
   * imports and the table's recovery have all ended within three months.
   */
  archiveCancelledAfterMonths: z.int().min(3).max(600).optional(),
  console: consoleSettings.optional(),
  domain: domain.optional(),
  /**
   * Websites whose scripts may read the API's answers in a browser. Shops, back offices and plugins call from servers
   * and need none.
   */
  corsOrigins: z.array(origin).default([]),
  edge: edgeSettings.optional(),
  secondRegion: secondRegionSettings.optional(),
  ...recoverySettings,
});
export type StageSettings = z.output<typeof StageSettings>;
export type Stage = StageSettings & { name: string };

/** A user pool of the stage's own sends people back to the stage's own name. */
const Checked = StageSettings.refine(
  (stage) => stage.console === undefined || stage.console.issuer !== undefined || stage.domain !== undefined,
  { message: 'needs an issuer, or the domain of the stage', path: ['console'] },
)
  .refine(({ edge, domain: own }) => edge === undefined || (own !== undefined && own.name !== edge.name), {
    message: 'needs the domain of the stage under another name, by which CloudFront calls the API',
    path: ['edge'],
  })
  .refine(fitsSecondRegion, {
    message: 'needs the account, another region and the domain of the stage',
    path: ['secondRegion'],
  });

/**
 * Checks the settings of all stages. Throws an error that names each wrong or missing one by its path:
 * `prod.throttle.burst: …`.
 */
export function checkedStages(settings: unknown): Readonly<Record<string, StageSettings>> {
  const checked = z
    .record(z.string().regex(/^(?!local$)[a-z][a-z0-9-]{0,19}$/, 'is no name for a stage'), Checked)
    .safeParse(settings);
  if (checked.success) return checked.data;
  const faults = checked.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`);
  throw new Error(['The settings of the stages (infra/stages.ts) have faults:', ...faults].join('\n'));
}

const stages = checkedStages({
  dev: {
    logLevel: 'DEBUG',
    logRetentionDays: RetentionDays.ONE_WEEK,
    keepsData: false,
    throttle: { requestsPerSecond: 100, burst: 200 },
    memoryMb: { product: 512, brand: 512, open: 256 },
    releases: 'at_once',
  },
  // A rehearsal of prod: what would be hard to undo there is hard to undo here.
  staging: {
    logLevel: 'INFO',
    logRetentionDays: RetentionDays.ONE_MONTH,
    keepsData: true,
    throttle: { requestsPerSecond: 1_000, burst: 1_000 },
    memoryMb: { product: 512, brand: 512, open: 256 },
    alarms: { emails: [], topicArns: [] },
  },
  // A million sites ask up to some 950 times a second on a release day: this is room for five million.
  prod: {
    logLevel: 'INFO',
    logRetentionDays: RetentionDays.THREE_MONTHS,
    keepsData: true,
    throttle: { requestsPerSecond: 5_000, burst: 5_000 },
    memoryMb: { product: 512, brand: 512, open: 256 },
    // A check takes some 20 ms: 100 at once are the 5,000 a second that the gateway lets in.
    reservedConcurrency: { product: 100 },
    routeMetrics: true,
    figures: { byBrand: true },
    alarms: { emails: [], topicArns: [] },
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

export type NamedStage = { kind: 'stage'; stage: Stage } | { kind: 'unknown'; problem: string };

/** The words after `-c` on the command line, as the CDK hands them over. */
export type StageContext = { stage?: unknown; account?: unknown; region?: unknown };

/**
 * Finds the stage that the command line names, with the settings that it overlays. A stage that keeps data needs an
 * account and a region, so that nobody deploys it into another one by mistake.
 * @param overlay the content of the file of `-c settings=FILE`; its members replace those of the stage
 */
export function findStage({ stage: name, account, region }: StageContext, overlay: Overlay = {}): NamedStage {
  const own = typeof name === 'string' && Object.hasOwn(stages, name) ? stages[name] : undefined;
  if (typeof name !== 'string' || own === undefined) {
    const trouble = name === undefined ? 'No stage is named.' : `There is no stage ${JSON.stringify(name)}.`;
    return {
      kind: 'unknown',
      problem: `${trouble} Give one of ${stageNames.join(', ')}: -c stage=${stageNames[0] ?? ''}`,
    };
  }
  const given = { ...(account === undefined ? {} : { account }), ...(region === undefined ? {} : { region }) };
  const settings = checkedStages({ [name]: overlaid(overlaid(own, overlay), given) })[name] ?? own;
  if (settings.keepsData && (settings.account === undefined || settings.region === undefined))
    return {
      kind: 'unknown',
      problem:
        `Stage ${name} keeps data, so it names its account and region: ` +
        `set both in infra/stages.ts, or give -c account=123456789012 -c region=eu-central-1.`,
    };
  return { kind: 'stage', stage: { name, ...settings } };
}
