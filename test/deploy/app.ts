import { App, CfnResource } from 'aws-cdk-lib';
import { CfnMetricFilter } from 'aws-cdk-lib/aws-logs';
import { LicenseServiceStack } from '../../infra/license-service-stack.ts';
import { stageNamed } from '../../infra/stages.ts';
import { NEXT_MEMORY_MB } from './next-version.ts';

// The service as a later version may have it, for `cdk deploy --app`: `-c next=true` changes a setting of every product function, `-c fails=true` adds
// a resource that cannot be made and comes last, so that the deploy fails when all else is there.
const app = new App();
const given = (name: string): boolean => app.node.tryGetContext(name) !== undefined;
const stage = stageNamed(app.node.tryGetContext('stage'));
if ('problem' in stage) throw new Error(stage.problem);
const memoryMb = { ...stage.memoryMb, ...(given('next') ? { product: NEXT_MEMORY_MB } : {}) };
const stack = new LicenseServiceStack(app, `LicenseService-${stage.name}`, { stage: { ...stage, memoryMb } });
if (given('fails')) {
  const rest = stack.node.findAll().filter((construct) => CfnResource.isCfnResource(construct));
  const impossible = new CfnMetricFilter(stack, 'Impossible', {
    // Nothing but the deploy itself can know that there is none.
    logGroupName: 'no-such-log-group',
    filterPattern: '',
    metricTransformations: [{ metricName: 'Lines', metricNamespace: 'LicenseService', metricValue: '1' }],
  });
  for (const resource of rest) impossible.addResourceDependency(resource);
}
