import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { openRuntime } from '../../lib/runtime.ts';

const ARN = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:data-key';
const SECRET = 'a'.repeat(64);

/** Secrets Manager on this machine, as much of it as the service asks for. */
let server: Server;
let asked: { operation: string; input: unknown }[] = [];
let isAway = false;
beforeAll(async () => {
  server = createServer((incoming, outgoing) => {
    void text(incoming).then((body) => {
      asked.push({ operation: String(incoming.headers['x-amz-target']), input: JSON.parse(body) });
      outgoing.writeHead(isAway ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' });
      outgoing.end(
        JSON.stringify(isAway ? { __type: 'AccessDeniedException', message: 'no' } : { ARN, SecretString: SECRET }),
      );
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  Object.assign(process.env, {
    TABLE_NAME: 'none',
    DATA_KEY_SECRET_ARN: ARN,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  });
});
beforeEach(() => {
  asked = [];
  isAway = false;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

test('a container asks for the data key once, however many calls need it, and those at once ask together', async () => {
  const { vault } = openRuntime();
  const [first, ...others] = await Promise.all([vault(), vault(), vault()]);
  const last = await vault();
  expect(asked).toEqual([{ operation: 'secretsmanager.GetSecretValue', input: { SecretId: ARN } }]);
  for (const one of [...others, last]) expect(one.decrypt(first.encrypt('text', 'place'), 'place')).toBe('text');
});

test('a call that needs no data key asks for none', () => {
  openRuntime();
  expect(asked).toEqual([]);
});

test('a data key that could not be read is asked for again by the next call, not by each that waits', async () => {
  const { vault } = openRuntime();
  isAway = true;
  await Promise.all([expect(vault()).rejects.toThrow('no'), expect(vault()).rejects.toThrow('no')]);
  expect(asked).toHaveLength(1);
  isAway = false;
  await vault();
  await vault();
  expect(asked).toHaveLength(2);
});
