import { App } from 'aws-cdk-lib';
import { stageNamed } from '../infra/stages.ts';
import { addStacks } from '../infra/stage-stacks.ts';
import { NEXT_MEMORY_MB } from './next-version.ts';

// The service as its next version has it, with other settings of the background, the service and the watch.
const app = new App();
const stage = stageNamed(app.node.tryGetContext('stage'));
if ('problem' in stage) throw new Error(stage.problem);
const memoryMb = { ...stage.memoryMb, product: NEXT_MEMORY_MB, brand: NEXT_MEMORY_MB };
const alarms = { ...stage.alarms, accountConcurrency: stage.alarms.accountConcurrency / 2 };
addStacks(app, { ...stage, memoryMb, alarms });
