import * as z from 'zod';
import { functionNamed, Reference, textOf, type Synthesized } from './synthesize.ts';

const oneOrMore = <T extends z.ZodType>(schema: T) =>
  z.union([schema, z.array(schema)]).transform((value) => [value].flat() as z.output<T>[]);
const LeadingKeys = z.strictObject({ 'dynamodb:LeadingKeys': oneOrMore(z.string()) });
const Statement = z.strictObject({
  Effect: z.literal('Allow'),
  Action: oneOrMore(z.string()),
  Resource: oneOrMore(Reference),
  Condition: z.record(z.string(), z.unknown()).optional(),
});
const Policy = z.object({
  PolicyDocument: z.object({ Statement: z.array(Statement) }),
  Roles: z.array(z.object({ Ref: z.string() })),
});
const Role = z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) });
const OnLeadingKeys = z.strictObject({
  'ForAllValues:StringLike': LeadingKeys,
  'ForAllValues:StringNotLike': LeadingKeys.optional(),
  Null: z.strictObject({ 'dynamodb:LeadingKeys': z.literal('false') }),
});

export type Statement = { actions: string[]; resources: string[]; condition: Record<string, unknown> | undefined };

/** All policies of a stage, with the roles that have them. */
export const policiesIn = ({ ofType }: Synthesized): { roles: string[]; statements: Statement[] }[] =>
  ofType('AWS::IAM::Policy').map(({ Properties }) => {
    const { PolicyDocument, Roles } = Policy.parse(Properties);
    const statements = PolicyDocument.Statement.map(({ Action, Resource, Condition }) => ({
      actions: Action,
      resources: Resource.map(textOf),
      condition: Condition,
    }));
    return { roles: Roles.map(({ Ref }) => Ref), statements };
  });

/** The statements of the role that a property of a resource names. */
export function statementsOfRole(synthesized: Synthesized, role: unknown): Statement[] {
  const id = Role.parse(role)['Fn::GetAtt'][0];
  return policiesIn(synthesized).flatMap(({ roles, statements }) => (roles.includes(id) ? statements : []));
}

export const statementsOfFunction = (synthesized: Synthesized, name: string): Statement[] =>
  statementsOfRole(synthesized, functionNamed(synthesized, name).Properties['Role']);

/** The allowed actions, with or without a condition: `action on resource`. */
export const grantsIn = (statements: readonly Statement[]): string[] =>
  statements
    .flatMap(({ actions, resources }) =>
      actions.flatMap((action) => resources.map((resource) => `${action} on ${resource}`)),
    )
    .sort();

export type TableGrant = { action: string; resource: string; like: string[]; unlike: string[] };

/** The allowed actions on the table. A statement without a condition is on every item, `*`. */
export const tableGrantsIn = (statements: readonly Statement[], tableId: string): TableGrant[] =>
  statements.flatMap(({ actions, resources, condition }) => {
    const onTable = resources.filter(
      (resource) => resource === `\${${tableId}.Arn}` || resource.startsWith(`\${${tableId}.Arn}/`),
    );
    if (onTable.length === 0) return [];
    if (condition === undefined)
      return actions.flatMap((action) => onTable.map((resource) => ({ action, resource, like: ['*'], unlike: [] })));
    const { 'ForAllValues:StringLike': like, 'ForAllValues:StringNotLike': unlike } = OnLeadingKeys.parse(condition);
    const [keys, others] = [like['dynamodb:LeadingKeys'], unlike?.['dynamodb:LeadingKeys'] ?? []];
    return actions.flatMap((action) => onTable.map((resource) => ({ action, resource, like: keys, unlike: others })));
  });

/** The names of all functions, from their descriptions. */
export const functionsIn = ({ ofType, stage }: Synthesized): string[] =>
  ofType('AWS::Lambda::Function').map(({ Properties }) =>
    String(Properties['Description']).replace(`License service, ${stage.name}: `, ''),
  );

export const tableIdIn = ({ ofType }: Synthesized): string => ofType('AWS::DynamoDB::GlobalTable')[0]?.logicalId ?? '';

/** One line for each action on each class of items. */
export const grantLines = (grants: readonly TableGrant[]): string[] =>
  grants
    .flatMap(({ action, resource, like, unlike }) =>
      like.map((pattern) => [action, resource, pattern, ...unlike].join(' ')),
    )
    .sort();

const isReference = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && ['Ref', 'Fn::GetAtt', 'Fn::Join'].some((name) => name in value);
/** An ARN of one of our resources has at most about 130 characters. */
const longestOf = (value: object): number => 130 + textOf(value).replaceAll(/\$\{[^}]+\}/g, '').length;

/** The length of a policy once its references are ARNs. */
export const resolvedLength = (policy: unknown): number =>
  JSON.stringify(policy, (_, value: unknown) => (isReference(value) ? 'x'.repeat(longestOf(value)) : value)).length;
