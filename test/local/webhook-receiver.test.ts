import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, test } from '@jest/globals';
import { newId } from '../../lib/process/ids.ts';
import { newWebhookSecret } from '../../lib/process/new-credentials.ts';
import { signedHeaders } from '../../lib/webhooks/sign.ts';

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill();
});

type Started = { url: string; nextLine: () => Promise<string> };

/** Starts the command on a free port. */
async function start(
  secret: string | undefined,
  ...args: string[]
): Promise<Started & { child: ChildProcess; errors: () => string }> {
  const child = spawn(process.execPath, ['bin/webhook-receiver.ts', '--port', '0', ...args], {
    env: { PATH: process.env['PATH'], ...(secret === undefined ? {} : { WEBHOOK_SECRET: secret }) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string> => {
    const { value, done } = await lines.next();
    return done === true ? '' : value;
  };
  const url = /http:\S+/.exec(await nextLine())?.[0] ?? '';
  return { child, url, nextLine, errors: () => errors };
}

const message = { id: newId(Date.now()), type: 'license.renewed', timestamp: '2026-11-25T12:00:00Z', seq: 7 };
const body = JSON.stringify(message);
const now = (): number => Math.floor(Date.now() / 1000);
const send = async (url: string, secrets: string[], { sent = body, at = now() } = {}): Promise<number> =>
  (await fetch(url, { method: 'POST', body: sent, headers: signedHeaders({ id: message.id, body }, secrets, at) }))
    .status;

describe('the included webhook receiver', () => {
  test('accepts signed messages, marks repeated ones, and refuses wrongly signed, changed and old ones', async () => {
    const secret = newWebhookSecret();
    const { url, nextLine } = await start(secret);
    expect(await send(url, [secret])).toBe(204);
    expect(await nextLine()).toBe(`✓ license.renewed  seq 7  2026-11-25T12:00:00Z  ${message.id}`);
    expect(await send(url, [newWebhookSecret(), secret])).toBe(204);
    expect(await nextLine()).toMatch(/^✓ license\.renewed .*\(again\)$/);
    for (const wrong of [
      send(url, [newWebhookSecret()]),
      send(url, [secret], { sent: `${body} ` }),
      send(url, [secret], { at: now() - 600 }),
    ]) {
      expect(await wrong).toBe(400);
      expect(await nextLine()).toMatch(/^✗ refused: \S/);
    }
  });

  test('accepts several secrets and answers with the status of --answer', async () => {
    const [old, fresh] = [newWebhookSecret(), newWebhookSecret()];
    const { url, nextLine } = await start(`${old} ${fresh}`, '--answer', '503');
    for (const secret of [old, fresh]) {
      expect(await send(url, [secret])).toBe(503);
      expect(await nextLine()).toMatch(/^✓/);
    }
  });

  test.each(['hunter2', 'whsec_', 'whsec_not base64', 'whsec_YWJj', `${newWebhookSecret()} whsec_?`])(
    'refuses %p, which is not a webhook secret, with an explanation',
    async (secret) => {
      const { child, errors } = await start(secret);
      await new Promise((resolve) => child.on('close', resolve));
      expect(child.exitCode).toBe(1);
      expect(errors()).toBe(
        'WEBHOOK_SECRET must be whsec_ and base64, as in the answer that created the endpoint or rotated its secret.\n',
      );
    },
  );

  test('refuses to start without WEBHOOK_SECRET and names it', async () => {
    const { child, errors } = await start(undefined);
    await new Promise((resolve) => child.on('close', resolve));
    expect(child.exitCode).toBe(1);
    expect(errors()).toContain('WEBHOOK_SECRET');
  });
});
