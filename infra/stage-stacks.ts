import type { Construct } from 'constructs';
import type { StackPart } from '../lib/stacks.ts';
import { BackgroundStack } from './background-stack.ts';
import { BackupStack } from './backup-stack.ts';
import { DataStack } from './data-stack.ts';
import { EdgeStack } from './edge-stack.ts';
import { HealthStack } from './second-region-alarms.ts';
import { SecondRegionStack } from './second-region-stack.ts';
import { ServiceStack } from './service-stack.ts';
import type { StageStack } from './stage-stack.ts';
import type { Stage } from './stages.ts';
import { WatchStack } from './watch-stack.ts';

/**
 * The four stacks of a stage, and those that its settings add. One is deployed after all that it reads from.
 */
export function addStacks(app: Construct, stage: Stage): Record<StackPart, StageStack> {
  const data = new DataStack(app, { stage });
  const background = new BackgroundStack(app, { stage, data });
  const service = new ServiceStack(app, { stage, data, background });
  const watch = new WatchStack(app, { stage, data, background, service });
  background.addStackDependency(data);
  service.addStackDependency(background);
  watch.addStackDependency(service);
  addOptionalStacks(app, stage, data, service);
  return { data, background, service, watch };
}

function addOptionalStacks(app: Construct, stage: Stage, data: DataStack, service: ServiceStack): void {
  const { edge, domain, backup, journalExport, secondRegion: second } = stage;
  if (edge !== undefined && domain !== undefined)
    new EdgeStack(app, { stage, edge, originName: domain.name }).addStackDependency(service);
  if (second !== undefined && domain !== undefined) {
    new SecondRegionStack(app, { stage, second, domain }).addStackDependency(service);
    new HealthStack(app, stage).addStackDependency(service);
  }
  if (backup !== undefined || journalExport !== undefined)
    new BackupStack(app, { stage, data, backup, journalExport }).addStackDependency(data);
}
