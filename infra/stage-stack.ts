import { CrossStackReferences, ReferenceStrength, Stack, Tags, type Environment } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { stackName, type OptionalStackPart, type StackPart } from '../lib/stacks.ts';
import type { Stage } from './stages.ts';

/**
 * One of the stacks of a stage. It reads what it needs of others when it is deployed, and pins none of it: only the
 * data stack keeps its own (docs/decisions/0128-four-stacks-a-stage.md).
 */
export class StageStack extends Stack {
  constructor(scope: Construct, part: StackPart | OptionalStackPart, stage: Stage, about: string) {
    super(scope, stackName(stage.name, part), {
      description: `Centralized License Service, stage ${stage.name}: ${about}`,
      terminationProtection: stage.protect,
      ...environmentOf(stage),
    });
    Tags.of(this).add('service', 'license-service');
    Tags.of(this).add('stage', stage.name);
    CrossStackReferences.of(this).consume(ReferenceStrength.WEAK);
  }
}

/** With an account and a region the CDK refuses credentials of another one; without them it takes what it finds. */
function environmentOf({ account, region }: Stage): { env?: Environment } {
  if (account === undefined && region === undefined) return {};
  return { env: { ...(account === undefined ? {} : { account }), ...(region === undefined ? {} : { region }) } };
}
