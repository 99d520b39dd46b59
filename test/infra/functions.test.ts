import { describe, expect, test } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as z from 'zod';
import { routes } from '../../lib/http/routes.ts';
import type { Route } from '../../lib/http/route.ts';
import { RouteFunction } from '../../infra/route-function.ts';
import { DataKey } from '../../infra/secrets.ts';
import { LicenseTable } from '../../infra/table.ts';
import { stageNames } from '../../infra/stages.ts';
import { CONTEXT_WITHOUT_BUNDLING, functionNamed, Reference, synthesize, textOf, type Synthesized } from './synthesize.ts';

const oneOrMore = <T extends z.ZodType>(schema: T) => z.union([schema, z.array(schema)]).transform((value) => [value].flat() as z.output<T>[]);
const Statement = z.object({
  Effect: z.literal('Allow'),
  Action: oneOrMore(z.string()),
  Resource: oneOrMore(Reference),
  Condition: z.unknown().optional(),
});
type Statement = z.infer<typeof Statement>;
const Policy = z.object({ PolicyDocument: z.object({ Statement: z.array(Statement) }), Roles: z.tuple([z.object({ Ref: z.string() })]) });
const Role = z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) });

const dev = synthesize('dev');
const names = [...new Set(routes.map((route) => route.function)), 'not-found'];
const served = (name: string): Route[] => routes.filter((route) => route.function === name);
const tableId = dev.ofType('AWS::DynamoDB::GlobalTable')[0]?.logicalId ?? '';

const propertiesOf = (name: string, synthesized: Synthesized = dev) => functionNamed(synthesized, name).Properties;
const environmentOf = (name: string) => z.object({ Variables: z.record(z.string(), z.unknown()) }).parse(propertiesOf(name)['Environment']).Variables;

function statementsOf(name: string): Statement[] {
  const role = Role.parse(propertiesOf(name)['Role'])['Fn::GetAtt'][0];
  const policies = dev.ofType('AWS::IAM::Policy').map(({ Properties }) => Policy.parse(Properties));
  return policies
    .filter((policy) => policy.Roles[0].Ref === role)
    .flatMap((policy) => policy.PolicyDocument.Statement)
    .filter(isNoTrace);
}

/** What tracing needs is looked at in tracing.test.ts. */
const isNoTrace = ({ Action }: Statement): boolean => !Action.every((action) => action.startsWith('xray:'));

/** What a role may do: `action on resource`. */
const grantsOf = (name: string, service: string): string[] =>
  statementsOf(name)
    .flatMap(({ Action, Resource }) => Action.flatMap((action) => Resource.map((resource) => `${action} on ${textOf(resource)}`)))
    .filter((grant) => grant.startsWith(`${service}:`))
    .sort();

const READS = ['GetItem', 'BatchGetItem', 'Query'];
const CHANGES: Record<Route['access'], string[]> = {
  none: [],
  read: [],
  note: ['UpdateItem'],
  write: ['PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'],
};

function neededOf(name: string): string[] {
  const all = served(name);
  const reads = all.some((route) => route.access !== 'none' || route.auth === 'brand' || route.auth === 'platform') ? READS : [];
  const actions = new Set([...reads, ...all.flatMap((route) => CHANGES[route.access])]);
  if (all.some((route) => route.auth === 'brand' || route.auth === 'platform')) actions.add('UpdateItem');
  const onTable = [...actions].map((action) => `dynamodb:${action} on \${${tableId}.Arn}`);
  const onIndexes = reads.length === 0 ? [] : ['by_group', 'by_due'].map((index) => `dynamodb:Query on \${${tableId}.Arn}/index/${index}`);
  return [...onTable, ...onIndexes].sort();
}

describe('a function', () => {
  test.each(names)('%s may do to the table exactly what its routes need', (name) => {
    expect(grantsOf(name, 'dynamodb')).toEqual(neededOf(name));
  });

  test.each(names.filter((name) => served(name).every((route) => route.access === 'read' || route.access === 'none')))(
    '%s, which only reads, cannot write but count requests and note that a key is in use',
    (name) => {
      expect(grantsOf(name, 'dynamodb').join()).not.toMatch(/Put|Delete|Write/);
      const writes = statementsOf(name).filter(({ Action }) => Action.includes('dynamodb:UpdateItem'));
      const keysOnly = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['*#rate#*', '*#api-key#*'] } };
      expect(writes.map(({ Condition }) => Condition)).toEqual(writes.map(() => keysOnly));
    },
  );

  test.each(names)('%s knows and reads the data key only if it seals', (name) => {
    const seals = served(name).some((route) => route.vault);
    const { DATA_KEY_SECRET_ARN: secretArn } = environmentOf(name);
    expect(grantsOf(name, 'secretsmanager')).toEqual(seals ? [`secretsmanager:GetSecretValue on ${textOf(secretArn)}`] : []);
    expect(grantsOf(name, 'kms')).toEqual(seals ? [expect.stringMatching(/^kms:Decrypt on \$\{DataKey\w+\.Arn\}$/)] : []);
    expect(secretArn !== undefined).toBe(seals);
  });

  test.each(names)('%s may do nothing but log beside', (name) => {
    const services = statementsOf(name).flatMap(({ Action }) => Action.map((action) => action.split(':')[0]));
    expect([...new Set(services)].filter((service) => !['dynamodb', 'secretsmanager', 'kms', 'logs'].includes(service ?? ''))).toEqual([]);
  });

  test.each(names)('%s is told the table, the stage and the log level', (name) => {
    expect(environmentOf(name)).toMatchObject({ TABLE_NAME: { Ref: tableId }, STAGE: 'dev', LOG_LEVEL: 'DEBUG' });
  });

  test.each(names)('%s runs Node 24 on arm64', (name) => {
    expect(propertiesOf(name)).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
  });

  test.each(names)('%s outlives the deadline of its slowest route', (name) => {
    const isPatient = served(name).some((route) => route.auth === 'brand' || route.auth === 'platform');
    expect(propertiesOf(name)['Timeout']).toBe(isPatient ? 12 : 5);
  });

  test.each(names)('%s writes JSON, without the lines that Lambda adds to each call', (name) => {
    expect(propertiesOf(name)['LoggingConfig']).toMatchObject({ LogFormat: 'JSON', SystemLogLevel: 'WARN', ApplicationLogLevel: 'DEBUG' });
  });
});

test('a function reads the API key of its callers even when its route needs nothing else of the table', () => {
  const stack = new Stack(new App({ context: CONTEXT_WITHOUT_BUNDLING }), 'Sample');
  const { stage } = dev;
  const shared = { stage, table: new LicenseTable(stack, 'Table', { stage }).table, dataKey: new DataKey(stack, 'DataKey', { stage }) };
  const brandRoutes = served('licenses').map((route) => ({ ...route, access: 'none' }) as const);
  new RouteFunction(stack, 'Sample', { name: 'licenses', routes: brandRoutes, ...shared });
  Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'] })]) },
  });
});

test('no policy names an action or a resource by a wildcard', () => {
  const all = names.flatMap(statementsOf).flatMap(({ Action, Resource }) => [...Action, ...Resource.map(textOf)]);
  expect(all.filter((text) => text.includes('*'))).toEqual([]);
});

describe.each(stageNames)('in stage %s', (stageName) => {
  const synthesized = synthesize(stageName);

  test('every function logs into a group of its own, which forgets when the stage says', () => {
    const groups = names.map(
      (name) => z.object({ LogGroup: z.object({ Ref: z.string() }) }).parse(propertiesOf(name, synthesized)['LoggingConfig']).LogGroup.Ref,
    );
    expect(new Set(groups).size).toBe(names.length);
    const retentions = synthesized.ofType('AWS::Logs::LogGroup').map(({ Properties }) => Properties['RetentionInDays']);
    expect(new Set(retentions)).toEqual(new Set([synthesized.stage.logRetentionDays]));
  });

  test('functions have the memory of their kind', () => {
    const { memoryMb } = synthesized.stage;
    expect(propertiesOf('check-license', synthesized)['MemorySize']).toBe(memoryMb.product);
    expect(propertiesOf('provision-license', synthesized)['MemorySize']).toBe(memoryMb.brand);
    expect(propertiesOf('health', synthesized)['MemorySize']).toBe(memoryMb.open);
  });
});
