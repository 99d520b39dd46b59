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
export const consoleGroups = {
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
} satisfies Record<string, Stage>;

const certificateIn = (region: string) => `arn:aws:acm:${region}:123456789012:certificate/abc`;

/** Prod with an edge, whose stack is in us-east-1, and with a second region. */
export const stageInThreeRegions: Stage = {
  ...prod,
  ...PLACE,
  domain: { name: 'origin.licenses.example.com', certificateArn: certificateIn('eu-central-1') },
  edge: {
    name: 'licenses.example.com',
    certificateArn: certificateIn('us-east-1'),
    requestsPerFiveMinutes: 20_000,
    secretGeneration: 1,
    closesOrigin: true,
  },
  secondRegion: {
    region: 'eu-west-1',
    certificateArn: certificateIn('eu-west-1'),
    hostedZoneId: 'Z123456789ABC',
    firstRegionName: { name: 'first.licenses.example.com', certificateArn: certificateIn('eu-central-1') },
    keysCopied: true,
  },
};

/** All stages that tests synthesize, by name. */
export const testedStages: ReadonlyMap<string, Stage> = new Map<string, Stage>([
  ...stageNames.map((name) => [name, stageOf(name)] as const),
  ...Object.entries(changedStages),
]);
