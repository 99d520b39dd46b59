import { createHash } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

export const IMPOSSIBLE = 'Impossible';

const Template = z.looseObject({ Resources: z.record(z.string(), z.unknown()) });

/**
 * A copy of what `cdk synth` wrote, with one resource more: it is made after all others and cannot be made, which nothing but the deploy itself can know.
 * Returns its folder.
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

/** The template is uploaded under the hash of its text: under its old one it would be taken for what is there already. */
function rename(assembly: string, stack: string, hash: string): void {
  const files = ['manifest.json', `${stack}.assets.json`].map((name) => join(assembly, name));
  const texts = files.map((file) => readFileSync(file, 'utf8'));
  const old = /"stackTemplateAssetObjectUrl": ?"[^"]*\/([0-9a-f]{64})\.json"/.exec(texts[0] ?? '')?.[1];
  if (old === undefined) throw new Error(`${assembly} does not say under which name its template is uploaded`);
  for (const [index, file] of files.entries()) writeFileSync(file, (texts[index] ?? '').replaceAll(old, hash));
}
