import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import * as z from 'zod';

const GetAtt = z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) });
const Import = z.object({ 'Fn::ImportValue': z.string() });

/**
 * Declines findings about a wildcard at the end of an ARN. A finding has the ARN's text in its name, so it is computed
 * here: the text differs by stack, and parts of it by the path of the construct.
 */
export function acknowledgeWildcards(on: IConstruct, arn: string, endings: readonly string[], reason: string): void {
  const name = flatten(Stack.of(on).resolve(arn));
  for (const ending of endings)
    Validations.of(on).acknowledge({ id: `AwsSolutions-IAM5[Resource::${name}${ending}]`, reason });
}

/** The text of a resolved reference, as cdk-nag writes it. */
function flatten(resolved: unknown): string {
  const attribute = GetAtt.safeParse(resolved);
  if (attribute.success) return `<${attribute.data['Fn::GetAtt'].join('.')}>`;
  const imported = Import.safeParse(resolved);
  return imported.success ? imported.data['Fn::ImportValue'] : JSON.stringify(resolved);
}
