import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { joinErrorsOfNode } from '../support/run/one-kind-of-error.ts';
import { bothWires, readOutcome } from '../support/table/both-wires.ts';
import { answerCut } from '../support/table/broken-answers.ts';
import { answerJson, startStandIn, type Answer, type StandIn } from '../support/table/stand-in.ts';
import { fc } from '../support/run/properties.ts';

joinErrorsOfNode();

const failWith =
  (status: number, name: string): Answer =>
  (outgoing) =>
    answerJson(outgoing, status, { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: name });

const FAULTS = {
  'is throttled': failWith(400, 'ProvisionedThroughputExceededException'),
  'fails with 500': failWith(500, 'InternalServerError'),
  'fails with 503': failWith(503, 'ServiceUnavailable'),
  'is cut': answerCut,
  'is reset': (outgoing) => outgoing.socket?.resetAndDestroy(),
  'has no answer': () => undefined,
  'is refused': failWith(400, 'ValidationException'),
  'has credentials that ended': failWith(400, 'ExpiredTokenException'),
} as const satisfies Record<string, Answer>;
type Fault = keyof typeof FAULTS;
const names = Object.keys(FAULTS) as Fault[];

/** The sequences and the requests that each has had, by the key that its requests read. */
const scripts = new Map<string, { faults: readonly Fault[]; requests: number }>();
let standIn: StandIn;
beforeAll(async () => {
  standIn = await startStandIn((outgoing, received, count) => {
    const { Key } = JSON.parse(received.body) as { Key: { pk: { S: string } } };
    const script = scripts.get(Key.pk.S);
    if (script === undefined) throw new Error('a request of no sequence');
    const fault = script.faults[script.requests];
    script.requests += 1;
    if (fault === undefined) answerJson(outgoing, 200, { Item: { pk: { S: 'TEST#thing' } } });
    else FAULTS[fault](outgoing, received, count);
  });
});
afterAll(() => standIn.stop());

const SEED = Math.floor(Math.random() * 2 ** 31);
const sequences: Fault[][] = [
  ['is throttled', 'has no answer'],
  ['is cut', 'is reset', 'fails with 500'],
  ...fc.sample(fc.array(fc.constantFrom(...names), { maxLength: 4 }), { numRuns: 30, seed: SEED }),
];

type Ended = { faults: readonly Fault[]; outcome: unknown; requests: number };

let wiresOpened = 0;
/** Makes a call on each wire, and returns the ends in the order of `bothWires`. */
const endOnBoth = (faults: readonly Fault[]): Promise<Ended[]> =>
  Promise.all(
    bothWires.map(async ([name, open]) => {
      wiresOpened += 1;
      const pk = `TEST#${name} ${String(wiresOpened)}`;
      const script = { faults, requests: 0 };
      scripts.set(pk, script);
      // A wire for each: the SDK counts the retries of a client, and stops when there are too many.
      const input = { TableName: 'table', Key: { pk: { S: pk }, sk: { S: 'thing' } } };
      const outcome = await readOutcome(open(standIn.endpoint)('GetItem', input, AbortSignal.timeout(12_000)));
      return { faults, outcome, requests: script.requests };
    }),
  );

/**
 * A machine that is busy with all of them may let an attempt time out, which is one more request on one wire. Alone, a
 * sequence ends differently only where the wires differ.
 */
async function endAgainIfDifferent(both: Ended[]): Promise<Ended[]> {
  const [lean, sdk] = both;
  return isDeepStrictEqual(lean, sdk) ? both : endOnBoth(lean?.faults ?? []);
}

test(`any sequence of faults ends the same on both wires, after as many requests: seed ${String(SEED)}`, async () => {
  const ended: Ended[][] = [];
  for (const both of await Promise.all(sequences.map(endOnBoth))) ended.push(await endAgainIfDifferent(both));
  const [lean, sdk] = [ended.map(([one]) => one), ended.map(([, other]) => other)];
  expect(lean).toEqual(sdk);
  expect(lean.slice(0, 2).map((one) => one?.requests)).toEqual([3, 3]);
  expect(lean[0]?.outcome).toHaveProperty('answer');
  expect(lean[1]?.outcome).toMatchObject({ name: 'Unavailable' });
});
