import { App } from 'aws-cdk-lib';
import { LicenseServiceStack } from '../infra/license-service-stack.ts';
import { stageNamed } from '../infra/stages.ts';
import { NEXT_MEMORY_MB } from './next-version.ts';

// The service as its next version has it, with another setting.
const app = new App();
const stage = stageNamed(app.node.tryGetContext('stage'));
if ('problem' in stage) throw new Error(stage.problem);
const memoryMb = { ...stage.memoryMb, product: NEXT_MEMORY_MB };
new LicenseServiceStack(app, `LicenseService-${stage.name}`, { stage: { ...stage, memoryMb } });
