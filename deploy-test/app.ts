import { App } from 'aws-cdk-lib';
import { readNamedStage } from '../infra/named-stage.ts';
import { addStacks } from '../infra/stage-stacks.ts';
import { NEXT_MEMORY_MB } from './next-version.ts';

// The next version of the service, with other settings of the background, service and watch stacks.
const app = new App();
const named = readNamedStage(app.node);
if (named.kind === 'unknown') throw new Error(named.problem);
const { stage } = named;
const memoryMb = { ...stage.memoryMb, product: NEXT_MEMORY_MB, brand: NEXT_MEMORY_MB };
const alarms = { ...stage.alarms, accountConcurrency: stage.alarms.accountConcurrency / 2 };
addStacks(app, { ...stage, memoryMb, alarms });
