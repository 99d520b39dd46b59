import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Stage } from '../../infra/stages.ts';
import type { StackPart } from '../../lib/stacks.ts';
import { once, runFolder } from '../support/run/run-folder.ts';
import { testedStages, type testedRoles } from './tested-stages.ts';

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

const Output = z.object({ Value: z.unknown(), Export: z.object({ Name: z.string() }).optional() });
const Outputs = z.record(z.string(), Output);
const StackTemplate = z.object({ Resources, Outputs: Outputs.default({}) });

/** Any stack of a configured stage. */
export type OtherStack = {
  stackName: string;
  template: z.infer<typeof StackTemplate>;
  /** The complete template. */
  whole: object;
  terminationProtection: boolean;
  account: string;
  region: string;
};
/** One of the four stacks that each stage has. */
export type SynthesizedStack = OtherStack & { part: StackPart };

/** All stacks of a stage in one view: a reference to another stack is replaced by the value of its output. */
export type Synthesized = {
  stage: Stage;
  stacks: readonly SynthesizedStack[];
  /** The stacks that its settings add. They are not in the view. */
  others: readonly OtherStack[];
  template: object;
  resources: Resource[];
  outputs: z.infer<typeof Outputs>;
  ofType: (type: string) => Resource[];
} & Pick<Written, 'nag' | 'dataAlone'>;

/** CDK's own rules take half of a synthesis; `npm run synth` checks the templates against them. */
export const WITHOUT_VALIDATION = { CDK_VALIDATION: 'false' };

/** The templates of a tested stage. */
export function synthesize(name: string): Synthesized {
  const stage = testedStages.get(name);
  if (stage === undefined) throw new Error(`add the stage “${name}” to test/infra/tested-stages.ts`);
  return synthesized(stage, readTemplates(name) as Written);
}

/** The template of the pipeline's roles. */
export const synthesizeRoles = (name: keyof typeof testedRoles): z.output<typeof StackTemplate> =>
  StackTemplate.parse(readTemplates(name));

/**
 * All templates are written once per test run, in a process outside jest, because the CDK takes several times as long
 * inside it. A run of all tests starts that process before them.
 */
function readTemplates(name: string): unknown {
  const file = join(runFolder(), `${name}.templates.json`);
  if (!existsSync(file))
    once('templates', () => {
      const env = { ...process.env, ...WITHOUT_VALIDATION };
      execFileSync('node_modules/.bin/node', ['test/infra/write-templates.ts', runFolder()], { stdio: 'pipe', env });
    });
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** The templates of a stage, with the properties of their stacks. */
export type Written = {
  stacks: readonly Omit<SynthesizedStack, 'template'>[];
  others: readonly Omit<OtherStack, 'template'>[];
  /** The report of cdk-nag. */
  nag: object;
  /** The template of the data stack of an app that has no other stack. */
  dataAlone: object;
};

export function synthesized(stage: Stage, { stacks: written, others, nag, dataAlone }: Written): Synthesized {
  const parsed = <T extends { whole: object }>(stack: T) => ({ ...stack, template: StackTemplate.parse(stack.whole) });
  const stacks = written.map(parsed);
  const all = stacks.flatMap(({ template }) => Object.entries(template.Resources));
  const merged = Object.fromEntries(all);
  if (Object.keys(merged).length < all.length) throw new Error('two stacks give two resources one logical id');
  const template = { Resources: Resources.parse(withinOneView(stacks, merged)) };
  const resources = Object.entries(template.Resources).map(([logicalId, resource]) => ({ logicalId, ...resource }));
  const ofType = (type: string) => resources.filter((resource) => resource.Type === type);
  const outputs = Object.fromEntries(stacks.flatMap((stack) => Object.entries(stack.template.Outputs)));
  return { stage, stacks, others: others.map(parsed), template, resources, outputs, ofType, nag, dataAlone };
}

/** One of the four stacks. */
export function partOf({ stacks }: Synthesized, part: StackPart): SynthesizedStack {
  const found = stacks.find((stack) => stack.part === part);
  if (found === undefined) throw new Error(`there is no stack ${part}`);
  return found;
}

/** A stack that the settings add. */
export function optionalStack({ others, stage }: Synthesized, name: 'edge' | 'second' | 'backup'): OtherStack {
  const found = others.find(({ stackName }) => stackName === `license-service-${stage.name}-${name}`);
  if (found === undefined) throw new Error(`there is no stack ${name}`);
  return found;
}

const Import = z.strictObject({ 'Fn::ImportValue': z.string() });
const StackOutput = z.strictObject({
  'Fn::GetStackOutput': z.strictObject({
    StackName: z.string(),
    OutputName: z.string(),
    Region: z.strictObject({ Ref: z.literal('AWS::Region') }),
  }),
});

/** Replaces each reference to another stack by the value of its output. */
function withinOneView(stacks: readonly SynthesizedStack[], value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((part) => withinOneView(stacks, part));
  // The schemas are slow, and almost no object is a reference.
  const isReference = 'Fn::ImportValue' in value || 'Fn::GetStackOutput' in value;
  const reference = isReference ? z.union([Import, StackOutput]).safeParse(value).data : undefined;
  if (reference !== undefined) return outputOf(stacks, reference).Value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, withinOneView(stacks, part)]));
}

function outputOf(
  stacks: readonly SynthesizedStack[],
  reference: z.infer<typeof Import> | z.infer<typeof StackOutput>,
): z.infer<typeof Output> {
  const found =
    'Fn::ImportValue' in reference
      ? stacks
          .flatMap(({ template }) => Object.values(template.Outputs))
          .find((output) => output.Export?.Name === reference['Fn::ImportValue'])
      : stacks.find(({ stackName }) => stackName === reference['Fn::GetStackOutput'].StackName)?.template.Outputs[
          reference['Fn::GetStackOutput'].OutputName
        ];
  if (found === undefined) throw new Error(`no stack has the output of ${JSON.stringify(reference)}`);
  return found;
}

/** The Lambda made of functions/<name>.ts. */
export function functionNamed({ ofType, stage }: Synthesized, name: string): Resource {
  const found = ofType('AWS::Lambda::Function').filter(
    ({ Properties }) => Properties['Description'] === `License service, ${stage.name}: ${name}`,
  );
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} functions are named ${name}`);
  return found[0];
}
