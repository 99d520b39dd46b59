import { Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { routes } from '../lib/api/routes.ts';
import { EDD_CHECK, SITE_REFUSALS } from '../lib/domain/counts.ts';
import { brandCalls } from '../lib/process/figures.ts';
import type { WatchedFunction } from './measures.ts';
import type { Stage } from './stages.ts';

/** Clients of Easy Digital Downloads reach two functions: most of them put a slash at the end of their address. */
const EDD_FUNCTIONS: readonly string[] = ['edd', 'not-found'];
const EDD_CHECKED = `($.status = 200) && ($.action = "${EDD_CHECK}")`;

/** The patterns of the checks that were answered, by function. */
const CHECKED: Readonly<Record<string, string>> = {
  'check-license': '($.status = 200)',
  ...Object.fromEntries(EDD_FUNCTIONS.map((name) => [name, EDD_CHECKED])),
};

/** The functions whose callers name a license key, and so a brand. */
const SITE_FUNCTIONS: ReadonlySet<string> = new Set([
  ...routes.filter(({ auth }) => auth === 'license_key').map((route) => route.function),
  ...EDD_FUNCTIONS,
]);
const ANSWER = '($.event = "call.answered") && ($.brand = "*")';
const REFUSED = SITE_REFUSALS.map((code) => `($.code = "${code}")`).join(' || ');

/**
 * Counts the calls of sites by brand, from the log lines that the functions write anyway: the check has no byte left
 * for figures of its own, and a filter costs nothing but its metrics.
 */
export class BrandCallFilters extends Construct {
  constructor(scope: Construct, id: string, stage: Stage, functions: readonly WatchedFunction[]) {
    super(scope, id);
    const metricNamespace = brandCalls.namespace(stage.name);
    for (const { name, function: watched } of functions.filter((each) => SITE_FUNCTIONS.has(each.name))) {
      const counting = { logGroup: watched.logGroup, metricNamespace, metricValue: '1' };
      new MetricFilter(this, `${name}-refusals`, {
        ...counting,
        filterPattern: FilterPattern.literal(`{ ${ANSWER} && (${REFUSED}) }`),
        metricName: brandCalls.refusals,
        dimensions: { brand: '$.brand', code: '$.code' },
      });
      const checked = CHECKED[name];
      if (checked === undefined) continue;
      new MetricFilter(this, `${name}-answers`, {
        ...counting,
        filterPattern: FilterPattern.literal(`{ ${ANSWER} && ${checked} }`),
        metricName: brandCalls.checks,
        dimensions: { brand: '$.brand' },
      });
    }
  }
}

/** Lets a function read what the filters count. */
export function letReadCalls(reader: LambdaFunction, { name, figures }: Stage): void {
  if (!figures.byBrand) return;
  reader.addEnvironment(brandCalls.variables.namespace, brandCalls.namespace(name));
  reader.addToRolePolicy(new PolicyStatement({ actions: ['cloudwatch:GetMetricData'], resources: ['*'] }));
  if (reader.role === undefined) return;
  Validations.of(reader.role).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'GetMetricData knows no resource: it reads all metrics of the account, and writes none.',
  });
}
