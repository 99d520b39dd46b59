import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { Webhook } from 'standardwebhooks';
import { isWebhookSecret } from '../lib/domain/webhook.ts';
import { readReceiverConfig } from '../lib/process/config.ts';

const HELP = `Receives webhooks on this machine, checks their signatures and prints a line for each.

  WEBHOOK_SECRET=whsec_… npm run webhook-receiver
  npm run webhook-receiver -- --port 4747         listens on this port of 127.0.0.1 (default 4747)
  npm run webhook-receiver -- --answer 503        answers with this status, so that messages are retried (default 204)
  npm run webhook-receiver -- --help              shows this text

WEBHOOK_SECRET is the secret from the answer that created the endpoint or rotated its secret. Separate several secrets
with spaces. The receiver is also an example: it does everything that a receiver must do, with the package
standardwebhooks.
`;

const OPTIONS = {
  port: { type: 'string', default: '4747' },
  answer: { type: 'string', default: '204' },
  help: { type: 'boolean', short: 'h' },
} as const;

type Message = { id: string; type: string; timestamp: string; seq: number | null };

/** The payload, if one of the secrets has signed these bytes within the last five minutes; else the fault. */
function verify(secrets: readonly string[], body: string, { headers }: IncomingMessage): Message | string {
  const signed = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  let fault = 'no secret';
  for (const secret of secrets) {
    try {
      return new Webhook(secret).verify(body, signed) as Message;
    } catch (error) {
      fault = error instanceof Error ? error.message : String(error);
    }
  }
  return fault;
}

/** Messages are delivered at least once: the id reveals a repetition. A real receiver keeps the ids for some days. */
function lineOf(message: Message | string, seen: Set<string>): string {
  if (typeof message === 'string') return `✗ refused: ${message}`;
  const { id, type, timestamp, seq } = message;
  const mark = seen.has(id) ? '  (again)' : '';
  seen.add(id);
  return `✓ ${type}  ${seq === null ? '' : `seq ${seq}  `}${timestamp}  ${id}${mark}`;
}

function main(args: readonly string[]): void {
  const { port, answer, help } = parseArgs({ args: [...args], options: OPTIONS }).values;
  if (help === true) {
    console.log(HELP);
    return;
  }
  const { secrets } = readReceiverConfig();
  if (secrets.length === 0) throw new Error('Set WEBHOOK_SECRET. See npm run webhook-receiver -- --help');
  if (!secrets.every(isWebhookSecret))
    throw new Error(
      'WEBHOOK_SECRET must be whsec_ and base64, as in the answer that created the endpoint or rotated its secret.',
    );
  const seen = new Set<string>();
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const message = verify(secrets, body, request);
      console.log(lineOf(message, seen));
      response.writeHead(typeof message === 'string' ? 400 : Number(answer)).end();
    });
  });
  server.listen(Number(port), '127.0.0.1', () =>
    console.log(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}/`),
  );
}

try {
  main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
