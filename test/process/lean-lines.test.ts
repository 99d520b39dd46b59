import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Metrics } from '../../lib/process/figures.ts';
import { openLeanLogger } from '../../lib/process/lean-logger.ts';
import { openLeanMetrics } from '../../lib/process/lean-metrics.ts';
import { openLogger, saying, type Facts, type Log } from '../../lib/process/logger.ts';
import { openMetrics } from '../../lib/process/metrics.ts';
import { captureOutput } from '../support/run/captured-output.ts';

const TRACE = '1-67891233-abcdef012345678912345678';
beforeEach(() => {
  delete process.env['_X_AMZN_TRACE_ID'];
});
afterEach(() => {
  jest.restoreAllMocks();
  delete process.env['_X_AMZN_TRACE_ID'];
});

/** The lines that this writes, without the time at which it did. */
function readLines(write: () => void): unknown[] {
  const lines = captureOutput();
  write();
  jest.restoreAllMocks();
  return lines.map((line) => {
    const { timestamp, _aws, ...rest } = JSON.parse(line) as Record<string, unknown> & {
      _aws?: { Timestamp: unknown };
    };
    const { Timestamp, ...metrics } = _aws ?? {};
    for (const time of [timestamp ?? Timestamp]) expect(new Date(time as string).getTime()).toBeCloseTo(Date.now(), -4);
    return { ...rest, ...(_aws && { _aws: metrics }) };
  });
}

const levels = ['DEBUG', 'INFO', 'WARN', 'ERROR', 'SILENT'] as const;
const facts: [string, Facts][] = [
  ['an event alone', { event: 'call.answered' }],
  ['a message', { event: 'call.answered', message: 'An answer “in words”\nof two lines' }],
  ['an empty message', { event: 'call.answered', message: '' }],
  ['numbers, lists and maps', { event: 'a.b', ms: 1.5, none: null, list: [1, 'two'], map: { deep: { deeper: true } } }],
  ['undefined facts', { event: 'a.b', missing: undefined, brand: 'imagify' }],
  ['a stack', { event: 'a.b', stack: new Error('wrong').stack?.slice(0, 20) }],
];

describe('a line of the lean logger', () => {
  const write = (open: () => Log, line: Facts) => () => {
    const log = open();
    log.info(line);
    log.error(line);
    saying(log, { request_id: 'order-42' }).info(line);
  };
  describe.each(levels)('at the level %s', (logLevel) => {
    test.each(facts)('with %s is that of Powertools', (_name, line) => {
      const lean = readLines(write(() => openLeanLogger({ logLevel }, { isTraced: true }), line));
      expect(lean).toEqual(readLines(write(() => openLogger({ logLevel }), line)));
      expect(lean).toHaveLength({ DEBUG: 3, INFO: 3, WARN: 1, ERROR: 1, SILENT: 0 }[logLevel]);
    });
  });

  test.each([
    ['of a traced call', `Root=${TRACE};Parent=463ac35c9f6413ad;Sampled=1`, TRACE],
    ['of a trace that Lambda writes in another order', `Parent=463ac35c9f6413ad;Root=${TRACE}`, TRACE],
    ['of a call without a trace', undefined, undefined],
    ['of a trace that is none', 'Root=none', undefined],
  ])('%s has the trace that Powertools’ has', (_name, given, trace) => {
    if (given !== undefined) process.env['_X_AMZN_TRACE_ID'] = given;
    const lean = readLines(write(() => openLeanLogger({ logLevel: 'INFO' }, { isTraced: true }), { event: 'a.b' }));
    expect(lean).toEqual(readLines(write(() => openLogger({ logLevel: 'INFO' }), { event: 'a.b' })));
    expect((lean[0] as { trace?: string }).trace).toBe(trace);
  });

  test('of the check has no trace', () => {
    process.env['_X_AMZN_TRACE_ID'] = `Root=${TRACE}`;
    const untraced = openLeanLogger({ logLevel: 'INFO' }, { isTraced: false });
    expect(readLines(() => untraced.info({ event: 'a.b' }))).toEqual([{ level: 'INFO', event: 'a.b' }]);
  });
});

describe('the lines of lean metrics', () => {
  type Measured = Parameters<Metrics['measure']>;
  const uses: [string, Measured[]][] = [
    ['nothing', []],
    ['one value', [['activations']]],
    ['several figures', [['activations'], ['seat_saturation_percent', 66.7]]],
    [
      'several values of one figure',
      [
        ['contention_retries', 1],
        ['contention_retries', 2],
        ['contention_retries', 2],
      ],
    ],
    ['a value of zero', [['relay_lag_seconds', 0]]],
    ['a figure with its dimension', [['refusals', 1, 'seat_limit_reached']]],
    [
      'a figure with two values of its dimension, among others',
      [
        ['activations'],
        ['refusals', 1, 'seat_limit_reached'],
        ['refusals', 1, 'license_expired'],
        ['idempotent_replays'],
      ],
    ],
    ['a figure with a dimension that is not given', [['data_key_faults', 2]]],
    ['a dimension for a figure that has none', [['activations', 1, 'other']]],
  ];
  type Open = (config: { stage: string; logLevel: 'INFO' | 'SILENT' }) => Metrics;
  /** The lines of two calls that measure the same. A third one measures nothing. */
  const writeTwice = (open: Open, measured: Measured[], logLevel: 'INFO' | 'SILENT' = 'INFO') =>
    readLines(() => {
      const metrics = open({ stage: 'prod', logLevel });
      for (const values of [measured, measured, []]) {
        for (const value of values) metrics.measure(...value);
        metrics.flush();
      }
    });

  test.each(uses)('for %s are those of Powertools, and come once', (_name, measured) => {
    expect(writeTwice(openLeanMetrics, measured)).toEqual(writeTwice(openMetrics, measured));
  });

  test('are none for a silent logger', () => {
    for (const open of [openLeanMetrics, openMetrics])
      expect(writeTwice(open, [['activations'], ['refusals', 1, 'license_expired']], 'SILENT')).toEqual([]);
  });
});
