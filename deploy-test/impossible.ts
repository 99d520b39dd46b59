import { createHash } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

export const IMPOSSIBLE = 'Impossible';

const Template = z.looseObject({ Resources: z.record(z.string(), z.unknown()) });

/**
 * Copies the output of `cdk synth` with one additional resource in a stack, which is created last and fails only during
 * the deploy. Returns the folder of the copy.
 */
export function withImpossible(assembly: string, stack: string): string {
  const copy = `${assembly}-impossible`;
  cpSync(assembly, copy, { recursive: true });
  const file = join(copy, `${stack}.template.json`);
  const template = Template.parse(JSON.parse(readFileSync(file, 'utf8')));
  const DependsOn = Object.keys(template.Resources);
  const MetricTransformations = [{ MetricName: 'Lines', MetricNamespace: 'LicenseService', MetricValue: '1' }];
  const Properties = { LogGroupName: 'no-such-log-group', FilterPattern: '', MetricTransformations };
  template.Resources[IMPOSSIBLE] = { Type: 'AWS::Logs::MetricFilter', Properties, DependsOn };
  const text = JSON.stringify(template);
  writeFileSync(file, text);
  rename(copy, stack, createHash('sha256').update(text).digest('hex'));
  return copy;
}

const Manifest = z.object({
  artifacts: z.record(
    z.string(),
    z.looseObject({ properties: z.looseObject({ stackTemplateAssetObjectUrl: z.string().optional() }).optional() }),
  ),
});

/**
 * A template is uploaded under the hash of its text; under the old hash, the upload would be skipped as present.
 */
function rename(assembly: string, stack: string, hash: string): void {
  const manifest = Manifest.parse(JSON.parse(readFileSync(join(assembly, 'manifest.json'), 'utf8')));
  const url = manifest.artifacts[stack]?.properties?.stackTemplateAssetObjectUrl ?? '';
  const old = /\/([0-9a-f]{64})\.json$/.exec(url)?.[1];
  if (old === undefined) throw new Error(`${assembly} does not say under which name the template is uploaded`);
  for (const name of ['manifest.json', `${stack}.assets.json`]) {
    const file = join(assembly, name);
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(old, hash));
  }
}
