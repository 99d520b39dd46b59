import { describe, expect, test } from '@jest/globals';
import { functionsIn, grantsIn, statementsOfFunction } from './policies.ts';
import { functionNamed, synthesize } from './synthesize.ts';

const WRITES_TRACES = ['xray:PutTelemetryRecords on *', 'xray:PutTraceSegments on *'];

describe('tracing', () => {
  const dev = synthesize('dev');
  const modeOf = (name: string): unknown => functionNamed(dev, name).Properties['TracingConfig'];
  const traceGrantsOf = (name: string): string[] =>
    grantsIn(statementsOfFunction(dev, name)).filter((grant) => grant.startsWith('xray:'));
  const others = functionsIn(dev).filter((name) => name !== 'check-license');

  test.each(others)('is on in %s, which may write traces and has no other permission of X-Ray', (name) => {
    expect(modeOf(name)).toEqual({ Mode: 'Active' });
    expect(traceGrantsOf(name)).toEqual(WRITES_TRACES);
  });

  test('is off in the license check, which may not write traces', () => {
    expect(modeOf('check-license')).toBeUndefined();
    expect(traceGrantsOf('check-license')).toEqual([]);
  });

  test('is off in all functions if the stage disables it', () => {
    const off = synthesize('dev without tracing');
    for (const { Properties } of off.ofType('AWS::Lambda::Function'))
      expect(Properties['TracingConfig']).toBeUndefined();
    expect(JSON.stringify(off.ofType('AWS::IAM::Policy'))).not.toContain('xray:');
  });
});
