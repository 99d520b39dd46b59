import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { openChance, type Chance } from '../../bench/chaos/chance.ts';
import {
  changeSite,
  changeUntilAnswered,
  expectSite,
  openClient,
  type Client,
  type SharedLicense,
} from '../../bench/chaos/client.ts';

type Reply = { status: number; body: object };

let server: Server | undefined;
afterEach(() => {
  server?.close();
  server?.closeAllConnections();
});

/** A service that answers as a test says, call by call. */
async function startLiar(...replies: Reply[]): Promise<string> {
  let count = 0;
  server = createServer((incoming, outgoing) => {
    incoming.resume();
    const { status, body } = replies[Math.min(count, replies.length - 1)] ?? { status: 503, body: {} };
    count += 1;
    outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Always picks the same: 0 replays every answer, 1 none. Nothing is cut once the run is over. */
const always = (choice: number): Chance => ({ ...openChance(1), below: () => choice });

const clientOf = (baseUrl: string, choice = 1): Client =>
  openClient(
    'c0',
    {
      baseUrl,
      apiKey: 'key',
      violations: [],
      counts: { answered: 0, refused: 0, lost: 0, replayed: 0, checked: 0 },
      isOver: () => true,
    },
    always(choice),
  );
const license = (): SharedLicense => ({ id: 'l', key: 'k', product: 'p', sites: new Map() });
const call = { method: 'POST', path: '/change', body: {} } as const;

test('a check that does not see an answered activation is found', async () => {
  const client = clientOf(await startLiar({ status: 201, body: {} }, { status: 200, body: { is_activated: false } }));
  const of = license();
  await changeSite(client, of, 'https://a.example');
  await expectSite(client, of, 'https://a.example');
  expect(client.run.violations).toHaveLength(1);
});

test('a refusal that had an effect is found', async () => {
  const client = clientOf(await startLiar({ status: 422, body: {} }, { status: 200, body: { is_activated: true } }));
  const of = license();
  await changeSite(client, of, 'https://a.example');
  await expectSite(client, of, 'https://a.example');
  expect(client.run.violations).toHaveLength(1);
});

test('a replay with another answer is found', async () => {
  const client = clientOf(await startLiar({ status: 201, body: { seats: 1 } }, { status: 201, body: { seats: 2 } }), 0);
  await changeUntilAnswered(client, call);
  expect(client.run.violations).toHaveLength(1);
});

test('an answer of 500 is found, and an outage is not one', async () => {
  const replies = [
    { status: 503, body: {} },
    { status: 500, body: {} },
    { status: 200, body: {} },
  ];
  const client = clientOf(await startLiar(...replies));
  await changeUntilAnswered(client, call);
  expect(client.run.violations).toHaveLength(1);
  expect(client.run.counts).toMatchObject({ answered: 1 });
});

test('a service that keeps its word is found to keep it', async () => {
  const client = clientOf(await startLiar({ status: 201, body: {} }, { status: 200, body: { is_activated: true } }));
  const of = license();
  await changeSite(client, of, 'https://a.example');
  await expectSite(client, of, 'https://a.example');
  expect(client.run.violations).toEqual([]);
});

test('a seed makes the same choices each time, and another seed makes others', () => {
  const choices = (seed: number): number[] => {
    const chance = openChance(seed);
    return Array.from({ length: 50 }, () => chance.below(1_000));
  };
  expect(choices(7)).toEqual(choices(7));
  expect(choices(7)).not.toEqual(choices(8));
});
