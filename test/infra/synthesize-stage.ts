import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import * as z from 'zod';
import { DataStack } from '../../infra/data-stack.ts';
import { addStacks } from '../../infra/stage-stacks.ts';
import type { Stage } from '../../infra/stages.ts';
import { stackParts } from '../../lib/stacks.ts';
import { synthesized, type Synthesized, type Written } from './synthesize.ts';

const { context } = z
  .object({ context: z.record(z.string(), z.unknown()) })
  .parse(JSON.parse(readFileSync('cdk.json', 'utf8')));

/** The context of cdk.json without bundling, which takes seconds and which bundles.test.ts covers. */
export const CONTEXT_WITHOUT_BUNDLING = { ...context, 'aws:cdk:bundling-stacks': [] };

const openApp = (): App => new App({ context: CONTEXT_WITHOUT_BUNDLING });

export function appOf(stage: Stage): App {
  const app = openApp();
  addStacks(app, stage);
  return app;
}

/** Synthesizes a stage in this process. */
export const synthesizeStage = (stage: Stage): Synthesized => synthesized(stage, writtenOf(stage));

export function writtenOf(stage: Stage): Written {
  const stacks = addStacks(openApp(), stage);
  const written = stackParts.map((part) => {
    const { stackName, terminationProtection, account, region } = stacks[part];
    const whole = Template.fromStack(stacks[part]).toJSON();
    return { part, stackName, terminationProtection, account, region, whole };
  });
  return {
    stacks: written,
    nag: new AwsSolutionsChecks().validateScope(appOf(stage)),
    dataAlone: Template.fromStack(new DataStack(openApp(), { stage })).toJSON(),
  };
}
