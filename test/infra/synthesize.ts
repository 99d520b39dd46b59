import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as z from 'zod';
import { LicenseServiceStack } from '../../infra/license-service-stack.ts';
import { stageNamed, type Stage } from '../../infra/stages.ts';

const Resource = z.object({
  Type: z.string(),
  Properties: z.looseObject({}).default({}),
  DeletionPolicy: z.string().optional(),
});
const Resources = z.record(z.string(), Resource);
export type Resource = z.infer<typeof Resource> & { logicalId: string };

const GetAtt = z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) });
const Ref = z.object({ Ref: z.string() });
const Join = z.object({ 'Fn::Join': z.tuple([z.literal(''), z.array(z.union([z.string(), GetAtt, Ref]))]) });
export const Reference = z.union([z.string(), GetAtt, Ref, Join]);

/** A template value as one text: `${TheTable.Arn}/index/by_due`. */
export function textOf(value: unknown): string {
  const part = Reference.parse(value);
  if (typeof part === 'string') return part;
  if ('Ref' in part) return `\${${part.Ref}}`;
  if ('Fn::GetAtt' in part) return `\${${part['Fn::GetAtt'].join('.')}}`;
  return part['Fn::Join'][1].map(textOf).join('');
}

const Outputs = z.record(z.string(), z.object({ Value: z.unknown() }));

export type Synthesized = {
  stage: Stage;
  stack: LicenseServiceStack;
  resources: Resource[];
  outputs: z.infer<typeof Outputs>;
  ofType: (type: string) => Resource[];
};

const { context } = z
  .object({ context: z.record(z.string(), z.unknown()) })
  .parse(JSON.parse(readFileSync('cdk.json', 'utf8')));

/** The stack as cdk.json would have it, but for bundling, which takes seconds and which bundles.test.ts looks at. */
export const CONTEXT_WITHOUT_BUNDLING = { ...context, 'aws:cdk:bundling-stacks': [] };

export function stageOf(name: string): Stage {
  const stage = stageNamed(name);
  if ('problem' in stage) throw new Error(stage.problem);
  return stage;
}

const done = new Map<string, Synthesized>();

export function synthesize(name: string): Synthesized {
  const before = done.get(name);
  if (before !== undefined) return before;
  const synthesized = synthesizeStage(stageOf(name));
  done.set(name, synthesized);
  return synthesized;
}

/** A stage that need not be among those there are. */
export function synthesizeStage(stage: Stage): Synthesized {
  const stack = new LicenseServiceStack(
    new App({ context: CONTEXT_WITHOUT_BUNDLING }),
    `LicenseService-${stage.name}`,
    { stage },
  );
  const template = z.object({ Resources, Outputs }).parse(Template.fromStack(stack).toJSON());
  const resources = Object.entries(template.Resources).map(([logicalId, resource]) => ({ logicalId, ...resource }));
  return {
    stage,
    stack,
    resources,
    outputs: template.Outputs,
    ofType: (type) => resources.filter((resource) => resource.Type === type),
  };
}

/** The Lambda made of functions/<name>.ts. */
export function functionNamed({ ofType, stage }: Synthesized, name: string): Resource {
  const found = ofType('AWS::Lambda::Function').filter(
    ({ Properties }) => Properties['Description'] === `License service, ${stage.name}: ${name}`,
  );
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} functions are named ${name}`);
  return found[0];
}
