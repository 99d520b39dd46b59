import { findStage, stageNames, type Stage } from '../../infra/stages.ts';

/** A configured stage. */
export function stageOf(name: string): Stage {
  const named = findStage({ stage: name, account: '123456789012', region: 'eu-central-1' });
  if (named.kind === 'unknown') throw new Error(named.problem);
  // Without an environment the templates are the same wherever they are tested.
  const { account: _account, region: _region, ...stage } = named.stage;
  return stage;
}

const [dev, prod] = [stageOf('dev'), stageOf('prod')];
const certificateArn = 'arn:aws:acm:eu-west-1:123456789012:certificate/abc';
export const certificateIn = (region: string): string => `arn:aws:acm:${region}:123456789012:certificate/abc`;
const consoleGroups = {
  groupsClaim: 'groups',
  supportGroup: 'support-{brand}',
  brandAdminGroup: 'admins-{brand}',
  platformGroup: 'platform',
};

export const PLACE = { account: '123456789012', region: 'eu-central-1' };
export const PAGER = 'arn:aws:sns:eu-west-1:123456789012:pager';
export const OWN_BREAK_GLASS = 'aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_BreakGlass_*';
export const CLIENT_SECRET_ARN = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:console-client-AbCdEf';
export const COPY_KEY = 'arn:aws:kms:eu-west-3:123456789012:key/mrk-0123456789abcdef0123456789abcdef';

export const EDGE = {
  domain: { name: 'origin.licenses.example.com', certificateArn: certificateIn('eu-central-1') },
  edge: {
    name: 'licenses.example.com',
    certificateArn: certificateIn('us-east-1'),
    requestsPerFiveMinutes: 20_000,
    secretGeneration: 2,
    closesOrigin: true,
  },
};
/** An edge that is being introduced: the API answers callers directly too. */
const OPEN_EDGE = { ...EDGE.edge, closesOrigin: false, openUnder: certificateIn('eu-central-1') };
export const SECOND = {
  region: 'eu-west-1',
  certificateArn: certificateIn('eu-west-1'),
  hostedZoneId: 'Z123456789ABC',
  firstRegionName: { name: 'first.licenses.example.com', certificateArn: certificateIn('eu-central-1') },
  keysCopied: true,
  historiesCopied: true,
};
export const RESTORED = 'arn:aws:dynamodb:eu-central-1:123456789012:table/license-service-restored';
export const RESTORED_STREAM = `${RESTORED}/stream/2026-11-28T20:00:00.000`;
export const BACKUPS = {
  backup: {
    years: 7,
    copyTo: ['arn:aws:backup:eu-west-1:210987654321:backup-vault:licenses'],
    lock: { minimumDays: 30, changeableForDays: 3 },
  },
  journalExport: { years: 10, mode: 'governance' as const },
};
const STRICT_BACKUPS = { journalExport: { years: 10, mode: 'compliance' } } as const;
/** The settings that a failover to writes adds: what the second stack kept of the first region. */
export const KEPT_OF_FIRST = [
  'TableName',
  'DataKeySecretArn',
  'SigningKeysSecretArn',
  'DataKeyKmsArn',
  'SigningKeysKmsArn',
];
export const SECOND_STREAM = 'arn:aws:dynamodb:eu-west-1:123456789012:table/licenses/stream/2026-11-28T00:00:00.000';
const first = Object.fromEntries(
  KEPT_OF_FIRST.map((name) => [name, `arn:aws:x:eu-central-1:123456789012:secret:${name}`]),
);
const secondRegionWriting = { ...SECOND, writes: { streamArn: SECOND_STREAM, first } };
const SECOND_PAGER = 'arn:aws:sns:us-east-1:123456789012:pager';
const ownDomain = { name: 'licenses.example.com', certificateArn: certificateIn('eu-central-1') };

/** Stages with other settings. */
const changedStages = {
  'dev protected': { ...dev, protect: true },
  'dev with its own break-glass role': { ...dev, protect: true, breakGlassRole: OWN_BREAK_GLASS },
  'dev with copies of the data key': {
    ...dev,
    dataKey: { replicas: [{ region: 'eu-central-1' }, { region: 'eu-west-3', kmsKeyArn: COPY_KEY }] },
  },
  'dev with an identity provider': {
    ...dev,
    console: { ...consoleGroups, issuer: 'https://id.example.com', clientId: 'console' },
  },
  'dev with a secret of the console': {
    ...dev,
    console: {
      ...consoleGroups,
      issuer: 'https://id.example.com',
      clientId: 'console',
      clientSecretArn: CLIENT_SECRET_ARN,
    },
  },
  'dev with a nightly audit': { ...dev, audit: { nightly: true, segments: 98 } },
  'dev with an archive': { ...dev, archiveCancelledAfterMonths: 24 },
  'dev without tracing': { ...dev, tracing: false },
  'dev with other recipients': {
    ...dev,
    alarms: { ...dev.alarms, emails: ['ops@example.com'], topicArns: [PAGER], runbook: 'https://wiki/runbook' },
  },
  'dev with other functions': {
    ...dev,
    logLevel: 'INFO',
    memoryMb: { product: 1_024, brand: 1_024, open: 1_024 },
    reservedConcurrency: { product: 10 },
    tracing: false,
    throttle: { requestsPerSecond: 1, burst: 1 },
    alarms: { ...dev.alarms, emails: ['ops@example.com'] },
    corsOrigins: ['https://shop.example.com'],
  },
  'prod protected': { ...prod, protect: true },
  'prod at its place': { ...prod, ...PLACE },
  'prod with a user pool': {
    ...prod,
    domain: { name: 'licenses.example.com', certificateArn },
    console: consoleGroups,
  },
  'prod with all options': {
    ...prod,
    domain: { name: 'licenses.example.com', certificateArn },
    corsOrigins: ['https://account.example.com'],
    reservedConcurrency: { product: 300, brand: 20 },
  },
  'prod behind an edge': { ...prod, ...PLACE, ...EDGE, console: consoleGroups },
  'prod behind an edge that is open': { ...prod, ...EDGE, edge: OPEN_EDGE },
  'prod behind an edge that was open': { ...prod, ...EDGE, edge: { ...OPEN_EDGE, closesOrigin: true } },
  'prod under the name of its edge': { ...prod, domain: { ...ownDomain, name: EDGE.edge.name } },
  'prod with a second region': {
    ...prod,
    ...PLACE,
    alarms: { ...prod.alarms, topicArns: [SECOND_PAGER] },
    domain: ownDomain,
    secondRegion: SECOND,
  },
  'prod that writes in the second region': {
    ...prod,
    ...PLACE,
    domain: ownDomain,
    secondRegion: secondRegionWriting,
  },
  'prod with a strict lock': { ...prod, ...STRICT_BACKUPS },
  'prod on a restored table': { ...prod, tableInUse: { streamArn: RESTORED_STREAM } },
  'prod with backups': { ...prod, ...BACKUPS },
  'prod with every stack': {
    ...prod,
    ...PLACE,
    ...EDGE,
    ...BACKUPS,
    secondRegion: SECOND,
    protect: true,
    console: consoleGroups,
    audit: { nightly: true, segments: 98 },
    archiveCancelledAfterMonths: 24,
    corsOrigins: ['https://account.example.com'],
    reservedConcurrency: { product: 300, brand: 20 },
  },
} satisfies Record<string, Stage>;

/** The roles of the pipeline, by the provider for GitHub that the account has already. */
export const testedRoles = {
  'roles of the pipeline': undefined,
  'roles with a provider': 'arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com',
};

/** All stages that tests synthesize, by name. */
export const testedStages: ReadonlyMap<string, Stage> = new Map<string, Stage>([
  ...stageNames.map((name) => [name, stageOf(name)] as const),
  ...Object.entries(changedStages),
]);
