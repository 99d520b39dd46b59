import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { functionNamed, stageOf, synthesize, synthesizeStage, type Synthesized } from './synthesize.ts';

const Policy = z.object({
  PolicyDocument: z.object({ Statement: z.array(z.object({ Action: z.union([z.string(), z.array(z.string())]), Resource: z.unknown() })) }),
  Roles: z.array(z.object({ Ref: z.string() })),
});
const Role = z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) });

/** What the role of a function may do with X-Ray. */
function traceGrantsOf({ ofType }: Synthesized, role: unknown): string[] {
  const id = Role.parse(role)['Fn::GetAtt'][0];
  return ofType('AWS::IAM::Policy')
    .map(({ Properties }) => Policy.parse(Properties))
    .filter(({ Roles }) => Roles.some(({ Ref }) => Ref === id))
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .flatMap(({ Action, Resource }) => [Action].flat().map((action) => `${action} on ${JSON.stringify(Resource)}`))
    .filter((grant) => grant.startsWith('xray:'))
    .sort();
}

const WRITES_TRACES = ['xray:PutTelemetryRecords on "*"', 'xray:PutTraceSegments on "*"'];

describe('tracing', () => {
  const dev = synthesize('dev');
  const check = functionNamed(dev, 'check-license');
  const others = dev.ofType('AWS::Lambda::Function').filter(({ logicalId }) => logicalId !== check.logicalId);

  test('is on, as Lambda samples it, in every function but the check, which may write traces and nothing else of X-Ray', () => {
    for (const { Properties } of others) {
      expect(Properties['TracingConfig']).toEqual({ Mode: 'Active' });
      expect(traceGrantsOf(dev, Properties['Role'])).toEqual(WRITES_TRACES);
    }
    expect(others.length).toBeGreaterThan(20);
  });

  test('is off in the check, which may not write any', () => {
    expect(check.Properties['TracingConfig']).toBeUndefined();
    expect(traceGrantsOf(dev, check.Properties['Role'])).toEqual([]);
  });

  test('is off everywhere where the stage does not want it', () => {
    const off = synthesizeStage({ ...stageOf('dev'), tracing: false });
    for (const { Properties } of off.ofType('AWS::Lambda::Function')) expect(Properties['TracingConfig']).toBeUndefined();
    expect(JSON.stringify(off.ofType('AWS::IAM::Policy'))).not.toContain('xray:');
  });
});
