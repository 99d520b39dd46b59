import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { LicenseServiceStack } from './license-service-stack.ts';
import { stageNamed } from './stages.ts';

const app = new App();
const stage = stageNamed(app.node.tryGetContext('stage'));
if ('problem' in stage) {
  // A thrown error would bury the sentence in a stack trace.
  console.error(stage.problem);
  process.exitCode = 1;
} else {
  new LicenseServiceStack(app, `LicenseService-${stage.name}`, { stage });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
}
