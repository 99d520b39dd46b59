import { Annotations, App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { readNamedStage } from './named-stage.ts';
import { addStacks } from './stage-stacks.ts';

const app = new App();
const named = readNamedStage(app.node);
if (named.kind === 'unknown') {
  // A thrown error would bury the sentence in a stack trace.
  console.error(named.problem);
  process.exitCode = 1;
} else {
  const { stage } = named;
  const { watch } = addStacks(app, stage);
  const { emails, topicArns } = stage.alarms;
  if (stage.keepsData && emails.length + topicArns.length === 0) {
    const remedy =
      'fill in its alarms.emails or alarms.topicArns in infra/stages.ts, or subscribe to the topic AlarmTopicArn';
    Annotations.of(watch).addWarningV2(
      'license-service:alarms-notify-nobody',
      `The alarms of stage ${stage.name} notify nobody: ${remedy}.`,
    );
  }
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
}
