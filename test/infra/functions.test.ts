import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { routes, routesServedBy } from '../../lib/api/routes.ts';
import { stageNames } from '../../infra/stages.ts';
import { functionNamed, synthesize, type Synthesized } from './synthesize.ts';

const dev = synthesize('dev');
const names = [...new Set(routes.map((route) => route.function)), 'not-found'];
const served = routesServedBy;
const tableId = dev.ofType('AWS::DynamoDB::GlobalTable')[0]?.logicalId ?? '';

const propertiesOf = (name: string, synthesized: Synthesized = dev) => functionNamed(synthesized, name).Properties;
const environmentOf = (name: string) =>
  z.object({ Variables: z.record(z.string(), z.unknown()) }).parse(propertiesOf(name)['Environment']).Variables;

describe('a function', () => {
  test.each(names)('%s gets the data key only if one of its routes uses the vault', (name) => {
    expect(environmentOf(name)['DATA_KEY_SECRET_ARN'] !== undefined).toBe(
      served(name).some(({ vault }) => vault !== false),
    );
  });

  test.each(names)('%s gets the table, the stage and the log level from its environment', (name) => {
    expect(environmentOf(name)).toMatchObject({ TABLE_NAME: { Ref: tableId }, STAGE: 'dev', LOG_LEVEL: 'DEBUG' });
  });

  test.each(names)('%s runs Node 24 on arm64', (name) => {
    expect(propertiesOf(name)).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
  });

  test.each(names)('%s has a timeout for the deadline of its slowest route', (name) => {
    const isPatient = served(name).some((route) => route.auth === 'brand' || route.auth === 'platform');
    expect(propertiesOf(name)['Timeout']).toBe(isPatient ? 12 : 5);
  });

  test.each(names)('%s logs JSON, without Lambda’s own lines for each call', (name) => {
    expect(propertiesOf(name)['LoggingConfig']).toMatchObject({
      LogFormat: 'JSON',
      SystemLogLevel: 'WARN',
      ApplicationLogLevel: 'DEBUG',
    });
  });
});

describe.each(stageNames)('the functions of stage %s', (stageName) => {
  const synthesized = synthesize(stageName);

  test('have one log group each, with the retention of the stage', () => {
    const groups = names.map(
      (name) =>
        z.object({ LogGroup: z.object({ Ref: z.string() }) }).parse(propertiesOf(name, synthesized)['LoggingConfig'])
          .LogGroup.Ref,
    );
    expect(new Set(groups).size).toBe(names.length);
    const retentions = synthesized.ofType('AWS::Logs::LogGroup').map(({ Properties }) => Properties['RetentionInDays']);
    expect(new Set(retentions)).toEqual(new Set([synthesized.stage.logRetentionDays]));
  });

  test('have the memory of their kind', () => {
    const { memoryMb } = synthesized.stage;
    expect(propertiesOf('check-license', synthesized)['MemorySize']).toBe(memoryMb.product);
    expect(propertiesOf('provision-license', synthesized)['MemorySize']).toBe(memoryMb.brand);
    expect(propertiesOf('health', synthesized)['MemorySize']).toBe(memoryMb.open);
  });
});
