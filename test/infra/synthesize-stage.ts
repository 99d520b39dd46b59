import { readFileSync } from 'node:fs';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import * as z from 'zod';
import { DataStack } from '../../infra/data-stack.ts';
import { PipelineRoles } from '../../infra/pipeline-roles.ts';
import { addStacks } from '../../infra/stage-stacks.ts';
import type { Stage } from '../../infra/stages.ts';
import { stackParts } from '../../lib/stacks.ts';
import { synthesized, type Synthesized, type Written } from './synthesize.ts';
import { PLACE } from './tested-stages.ts';

const { context } = z
  .object({ context: z.record(z.string(), z.unknown()) })
  .parse(JSON.parse(readFileSync('cdk.json', 'utf8')));

/** The context of cdk.json without bundling, which takes seconds and which bundles.test.ts covers. */
export const CONTEXT_WITHOUT_BUNDLING = { ...context, 'aws:cdk:bundling-stacks': [] };

/** Stack traces and the tree of constructs take a third of a synthesis, and no template has them. */
const openApp = (): App => new App({ context: CONTEXT_WITHOUT_BUNDLING, stackTraces: false, treeMetadata: false });

/** Synthesizes a stage in this process. */
export const synthesizeStage = (stage: Stage): Synthesized => synthesized(stage, writtenOf(stage));

export function writtenOf(stage: Stage): Written {
  const app = openApp();
  const parts = addStacks(app, stage);
  const stacks = stackParts.map((part) => ({ part, ...writtenStack(parts[part]) }));
  const four = new Set<Stack>(Object.values(parts));
  const others = app.node.children.filter((child) => Stack.isStack(child)).filter((stack) => !four.has(stack));
  return {
    stacks,
    others: others.map(writtenStack),
    // After the synthesis, as under `cdk synth`: the references between the stacks are written by then.
    nag: new AwsSolutionsChecks().validateScope(app),
    dataAlone: Template.fromStack(new DataStack(openApp(), { stage })).toJSON(),
  };
}

const writtenStack = (stack: Stack) => ({
  stackName: stack.stackName,
  terminationProtection: stack.terminationProtection,
  account: stack.account,
  region: stack.region,
  whole: Template.fromStack(stack).toJSON(),
});

/** The roles of the pipeline of prod. */
export const writtenRoles = (provider: string | undefined): object =>
  Template.fromStack(
    new PipelineRoles(openApp(), { stage: 'prod', repository: 'acme/licenses', provider, env: PLACE }),
  ).toJSON();
