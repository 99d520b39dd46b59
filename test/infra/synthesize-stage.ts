import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as z from 'zod';
import { LicenseServiceStack } from '../../infra/license-service-stack.ts';
import type { Stage } from '../../infra/stages.ts';
import { synthesized, type Synthesized } from './synthesize.ts';

const { context } = z
  .object({ context: z.record(z.string(), z.unknown()) })
  .parse(JSON.parse(readFileSync('cdk.json', 'utf8')));

/** The stack of cdk.json without bundling, which takes seconds and which bundles.test.ts checks. */
export const CONTEXT_WITHOUT_BUNDLING = { ...context, 'aws:cdk:bundling-stacks': [] };

export function stackOf(stage: Stage): LicenseServiceStack {
  // CDK's own rules take eight seconds an app; `npm run synth` checks the template with them.
  const app = new App({ context: { ...CONTEXT_WITHOUT_BUNDLING, '@aws-cdk/core:validateAgainstDefaultRules': false } });
  return new LicenseServiceStack(app, `LicenseService-${stage.name}`, { stage });
}

/** A stage of any name. */
export function synthesizeStage(stage: Stage): Synthesized {
  const stack = stackOf(stage);
  const { terminationProtection } = stack;
  return synthesized(stage, { template: Template.fromStack(stack).toJSON(), terminationProtection });
}
