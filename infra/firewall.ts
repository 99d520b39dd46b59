import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import { wordCannotTellUnseen } from '../lib/domain/edd-cannot-tell.ts';
import type { EdgeSettings } from './edge-settings.ts';
import type { Stage } from './stages.ts';

type Statement = CfnWebACL.StatementProperty;
type Rule = CfnWebACL.RuleProperty;

const EDD = 'edd-cannot-tell';
const RATE = 'rate-limited';
const FIVE_MINUTES_S = '300';

/**
 * The rules of AWS's core group that are obeyed. The others refuse what callers of this API have a right to send: no
 * User-Agent, a site at a bare IP address, bodies of more than 8 KB, HTML in the texts of a release.
 */
const CORE = [
  'BadBots_Header',
  'SizeRestrictions_URIPath',
  'EC2MetaDataSSRF_Body',
  'EC2MetaDataSSRF_QueryArguments',
  'EC2MetaDataSSRF_URIPath',
  'GenericLFI_QueryArguments',
  'GenericLFI_URIPath',
  'RestrictedExtensions_URIPath',
  'CrossSiteScripting_Cookie',
  'CrossSiteScripting_QueryArguments',
  'CrossSiteScripting_URIPath',
].map((rule) => `awswaf:managed:aws:core-rule-set:${rule}`);
const ADDRESSES = ['AWSManagedIPReputationList', 'AWSManagedReconnaissanceList'].map(
  (rule) => `awswaf:managed:aws:amazon-ip-list:${rule}`,
);
const BAD_INPUTS = 'awswaf:managed:aws:known-bad-inputs:';

const MANAGED = [
  'AWSManagedRulesAmazonIpReputationList',
  'AWSManagedRulesKnownBadInputsRuleSet',
  'AWSManagedRulesCommonRuleSet',
];

/** True for the address of clients of Easy Digital Downloads, which never survive another status than 200. */
const isEdd: Statement = {
  byteMatchStatement: {
    fieldToMatch: { uriPath: {} },
    positionalConstraint: 'STARTS_WITH',
    searchString: '/edd/',
    textTransformations: [{ priority: 0, type: 'NONE' }],
  },
};

/** Each managed group only labels a request; the rules after it decide by the labels. */
const isSuspect: Statement = {
  orStatement: {
    statements: [
      ...[...CORE, ...ADDRESSES].map((key) => ({ labelMatchStatement: { key, scope: 'LABEL' } })),
      { labelMatchStatement: { key: BAD_INPUTS, scope: 'NAMESPACE' } },
    ],
  },
};

/** The firewall of a stage. To clients of Easy Digital Downloads it refuses in words that they survive. */
export class Firewall extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, { stage, edge }: { stage: Stage; edge: EdgeSettings }) {
    super(scope, id);
    const acl = new CfnWebACL(this, 'Acl', {
      name: `license-service-${stage.name}-edge`,
      scope: 'CLOUDFRONT',
      defaultAction: { allow: {} },
      visibilityConfig: watched('all'),
      customResponseBodies: {
        [EDD]: { contentType: 'APPLICATION_JSON', content: JSON.stringify(wordCannotTellUnseen()) },
        [RATE]: { contentType: 'APPLICATION_JSON', content: JSON.stringify(RATE_PROBLEM) },
      },
      rules: listRules(edge).map((rule, priority) => ({ ...rule, priority })),
    });
    this.arn = acl.attrArn;
  }
}

const RATE_PROBLEM = {
  type: '/api/docs#rate_limited',
  title: 'Too many requests',
  status: 429,
  detail: 'Your address has sent too many requests in five minutes. Try again in 300 seconds.',
  code: 'rate_limited',
  retry_after_seconds: Number(FIVE_MINUTES_S),
};

const toEdd = { block: { customResponse: { responseCode: 200, customResponseBodyKey: EDD } } };
const tooMany = {
  block: {
    customResponse: {
      responseCode: 429,
      customResponseBodyKey: RATE,
      responseHeaders: [{ name: 'Retry-After', value: FIVE_MINUTES_S }],
    },
  },
};

const listRules = ({ requestsPerFiveMinutes: limit }: EdgeSettings): Omit<Rule, 'priority'>[] => [
  rule('rate-edd', toEdd, rateOf(limit, isEdd)),
  rule('rate', tooMany, rateOf(limit, { notStatement: { statement: isEdd } })),
  ...MANAGED.map((name) => ({
    name,
    overrideAction: { count: {} },
    statement: { managedRuleGroupStatement: { vendorName: 'AWS', name } },
    visibilityConfig: watched(name),
  })),
  rule('suspect-edd', toEdd, { andStatement: { statements: [isEdd, isSuspect] } }),
  rule('suspect', { block: {} }, isSuspect),
];

const rateOf = (limit: number, scopeDownStatement: Statement): Statement => ({
  rateBasedStatement: {
    aggregateKeyType: 'IP',
    limit,
    evaluationWindowSec: Number(FIVE_MINUTES_S),
    scopeDownStatement,
  },
});

const rule = (name: string, action: CfnWebACL.RuleActionProperty, statement: Statement): Omit<Rule, 'priority'> => ({
  name,
  action,
  statement,
  visibilityConfig: watched(name),
});

/** Samples show whole requests, and a license key may stand in their address. */
function watched(metricName: string): CfnWebACL.VisibilityConfigProperty {
  return { cloudWatchMetricsEnabled: true, metricName, sampledRequestsEnabled: false };
}
