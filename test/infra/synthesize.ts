import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { stageNamed, type Stage } from '../../infra/stages.ts';
import { once, runFolder } from '../support/run-folder.ts';

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
  template: object;
  terminationProtection: boolean;
  resources: Resource[];
  outputs: z.infer<typeof Outputs>;
  ofType: (type: string) => Resource[];
};

export function stageOf(name: string): Stage {
  const stage = stageNamed(name);
  if ('problem' in stage) throw new Error(stage.problem);
  return stage;
}

/**
 * The template of a stage. All of them are synthesized once a run, outside of jest, in which the CDK takes several
 * times as long.
 */
export function synthesize(name: string): Synthesized {
  const file = join(runFolder(), `${name}.template.json`);
  if (!existsSync(file))
    once('templates', () => {
      execFileSync('node_modules/.bin/node', ['test/infra/write-templates.ts', runFolder()], { stdio: 'pipe' });
    });
  return synthesized(stageOf(name), JSON.parse(readFileSync(file, 'utf8')) as Written);
}

/** The template of a stage, and the description of its stack. */
export type Written = { template: object; terminationProtection: boolean };

export function synthesized(stage: Stage, { template, terminationProtection }: Written): Synthesized {
  const parsed = z.object({ Resources, Outputs }).parse(template);
  const resources = Object.entries(parsed.Resources).map(([logicalId, resource]) => ({ logicalId, ...resource }));
  const ofType = (type: string) => resources.filter((resource) => resource.Type === type);
  return { stage, template, terminationProtection, resources, outputs: parsed.Outputs, ofType };
}

/** The Lambda made of functions/<name>.ts. */
export function functionNamed({ ofType, stage }: Synthesized, name: string): Resource {
  const found = ofType('AWS::Lambda::Function').filter(
    ({ Properties }) => Properties['Description'] === `License service, ${stage.name}: ${name}`,
  );
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} functions are named ${name}`);
  return found[0];
}
