import { CfnOutput } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Alarms } from './alarms.ts';
import type { BackgroundStack } from './background-stack.ts';
import { BrandCallFilters } from './brand-calls.ts';
import { ServiceDashboard } from './dashboard.ts';
import { DataKeyWatch } from './data-key-watch.ts';
import type { DataStack } from './data-stack.ts';
import { mapRecord } from './job-lists.ts';
import { countTurnedAway, type Watched } from './measures.ts';
import type { ServiceStack } from './service-stack.ts';
import { StageStack } from './stage-stack.ts';
import type { Stage } from './stages.ts';

export type WatchProps = { stage: Stage; data: DataStack; background: BackgroundStack; service: ServiceStack };

/** The alarms, the dashboard, and the rule that sees who touches the data key. */
export class WatchStack extends StageStack {
  constructor(scope: Construct, { stage, data: { table, dataKey }, background, service }: WatchProps) {
    super(scope, 'watch', stage, 'alarms and the dashboard');
    const dataKeyWatch = new DataKeyWatch(this, 'DataKeyWatch', { stage, dataKey });
    const watched: Watched = {
      stage,
      table,
      api: service.api.api,
      accessLogs: service.api.accessLogs,
      turnedAway: stage.emulated ? undefined : countTurnedAway(this, stage, service.api.accessLogs),
      functions: [
        ...service.functions.values(),
        ...Object.values(background.jobs),
        ...(service.canary === undefined ? [] : [service.canary]),
      ],
      check: service.named('check-license').function,
      jobs: mapRecord(background.jobs, (_, { function: job }) => job),
      queues: background.queues,
      dataKey: dataKeyWatch,
    };
    if (stage.figures.byBrand) new BrandCallFilters(this, 'BrandCalls', stage, watched.functions);
    const { alarms, topic } = new Alarms(this, 'Alarms', watched);
    dataKeyWatch.notify(topic, stage);
    new ServiceDashboard(this, 'Watch', watched, [...alarms, ...service.releases.alarms]);
    new CfnOutput(this, 'AlarmTopicArn', { value: topic.topicArn, description: 'Subscribe here to hear of alarms' });
  }
}
