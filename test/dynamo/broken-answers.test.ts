import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { required } from '../../lib/domain/invariant.ts';
import { joinErrorsOfNode } from '../support/run/one-kind-of-error.ts';
import { bothWires, readOutcome, type OpenWire } from '../support/table/both-wires.ts';
import { answerCut, answerWhole, brokenAnswers, ITEM } from '../support/table/broken-answers.ts';
import { answerJson, startStandIn, type Answer, type StandIn } from '../support/table/stand-in.ts';
import { selfSigned } from '../support/webhooks/self-signed.ts';

joinErrorsOfNode();

const standIns: StandIn[] = [];
afterEach(async () => {
  await Promise.all(standIns.splice(0).map((standIn) => standIn.stop()));
});
const start = async (answer: Answer, tls?: { cert: string; key: string }): Promise<StandIn> => {
  const standIn = await startStandIn(answer, tls);
  standIns.push(standIn);
  return standIn;
};

const Key = { pk: { S: 'TEST#thing' }, sk: { S: 'thing' } };
const get = (wire: ReturnType<OpenWire>, ms = 12_000) =>
  wire('GetItem', { TableName: 'table', Key }, AbortSignal.timeout(ms));
const ANSWERED = { answer: { Item: { pk: { S: 'TEST#thing' } } } };

test.each(brokenAnswers)(
  'an answer that %s ends in the same way on both wires',
  async (_fault, { answer, ends, requests }) => {
    const outcomes = await Promise.all(
      bothWires.map(async ([, open]) => {
        const standIn = await start(answer);
        const outcome = await readOutcome(get(open(standIn.endpoint)));
        return { outcome, requests: standIn.received.length };
      }),
    );
    expect(outcomes[0]).toEqual(outcomes[1]);
    expect(outcomes[0]).toMatchObject({ outcome: ends === 'answer' ? ANSWERED : { name: ends }, requests });
  },
);

test('an answer of JSON that is no object counts as none on the lean wire', async () => {
  const [[, open] = []] = bothWires;
  const standIn = await start((outgoing) => answerJson(outgoing, 200, []));
  expect(await readOutcome(get(required(open, 'there is a lean wire')(standIn.endpoint)))).toMatchObject({
    name: 'Unavailable',
  });
});

describe.each(bothWires)('by %s', (name, open) => {
  test('a call whose first answer was broken succeeds at the next attempt', async () => {
    const standIn = await start((outgoing, received, count) =>
      (count === 1 ? answerCut : answerWhole)(outgoing, received, count),
    );
    expect(await readOutcome(get(open(standIn.endpoint)))).toEqual(ANSWERED);
    expect(standIn.received).toHaveLength(2);
  });

  test('a call after the other side closed the kept connection succeeds, and its caller sees nothing', async () => {
    const standIn = await start(answerWhole);
    const wire = open(standIn.endpoint);
    for (let call = 1; call <= 3; call += 1) {
      expect(await readOutcome(get(wire))).toEqual(ANSWERED);
      await wait(20);
    }
    expect(standIn.received).toHaveLength(3);
  });

  test('a call that finds its kept connection broken succeeds over another one', async () => {
    let answered = 0;
    const standIn = await start((outgoing) => {
      if (answered === 1 && standIn.received.length === 2) outgoing.socket?.resetAndDestroy();
      else {
        answered += 1;
        answerJson(outgoing, 200, JSON.parse(ITEM) as object);
      }
    });
    const wire = open(standIn.endpoint);
    expect([await readOutcome(get(wire)), await readOutcome(get(wire))]).toEqual([ANSWERED, ANSWERED]);
    expect([answered, standIn.received.length]).toEqual([2, 3]);
  });

  test('a connection that nobody accepts ends as Unavailable before a route’s deadline', async () => {
    const began = performance.now();
    // An address of documentation: no host has it.
    expect(await readOutcome(get(open('http://192.0.2.1:8000')))).toMatchObject({ name: 'Unavailable' });
    expect(performance.now() - began).toBeLessThan(8_000);
  });

  test('a connection that never answers ends as Unavailable after three attempts', async () => {
    const standIn = await start(() => undefined);
    expect(await readOutcome(get(open(standIn.endpoint)))).toMatchObject({ name: 'Unavailable' });
    expect(standIn.received).toHaveLength(3);
  });

  test('an answer that comes byte by byte ends as Unavailable at the caller’s deadline', async () => {
    const drops: NodeJS.Timeout[] = [];
    const standIn = await start((outgoing) => {
      outgoing.writeHead(200, { 'content-length': '500' }).write('{"Item":');
      drops.push(setInterval(() => outgoing.write(' '), 100));
    });
    const began = performance.now();
    expect(await readOutcome(get(open(standIn.endpoint), 2_500))).toMatchObject({ name: 'Unavailable' });
    expect(performance.now() - began).toBeLessThan(6_000);
    for (const drop of drops) clearInterval(drop);
  });

  test('a wrong certificate rejects the call before anything is sent', async () => {
    const standIn = await start(answerWhole, selfSigned);
    await expect(get(open(standIn.endpoint))).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(standIn.received).toEqual([]);
  });

  test('1,000 calls at once use no more than 50 connections', async () => {
    const sockets = new Set<unknown>();
    let mostAtOnce = 0;
    const standIn = await start((outgoing) => {
      const { socket } = outgoing;
      // A connection that a time limit closed makes room for another one.
      if (!sockets.has(socket)) socket?.once('close', () => sockets.delete(socket));
      sockets.add(socket);
      mostAtOnce = Math.max(mostAtOnce, sockets.size);
      answerJson(outgoing, 200, JSON.parse(ITEM) as object);
    });
    const wire = open(standIn.endpoint);
    const outcomes = await Promise.all(Array.from({ length: 1_000 }, () => readOutcome(get(wire, 20_000))));
    const ends = new Set(outcomes.map((outcome) => ('answer' in outcome ? 'answered' : outcome['name'])));
    // The SDK's time limit for connecting includes the wait for a free connection; that of the lean wire does not.
    if (name === 'the lean wire') expect([...ends]).toEqual(['answered']);
    else for (const end of ends) expect(['answered', 'Unavailable']).toContain(end);
    expect(mostAtOnce).toBeGreaterThan(0);
    expect(mostAtOnce).toBeLessThanOrEqual(50);
    expect(await readOutcome(get(wire))).toEqual(ANSWERED);
  });
});
