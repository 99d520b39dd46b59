import { once } from 'node:events';
import { createServer } from 'node:http';
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { text } from 'node:stream/consumers';

export type KmsStandIn = {
  endpoint: string;
  /** The requests since its start. */
  asked: { operation: string; input: Record<string, unknown> }[];
  publicKeys: Record<string, KeyObject>;
  /** Answers every further request with this error of AWS. */
  fail: (error: string) => void;
  stop: () => void;
};

/** KMS on this machine, as far as the service uses it, with one Ed25519 key for each ARN. */
export async function startKms(arns: readonly string[]): Promise<KmsStandIn> {
  const pairs = Object.fromEntries(arns.map((arn) => [arn, generateKeyPairSync('ed25519')]));
  const asked: KmsStandIn['asked'] = [];
  let error: string | undefined;
  const server = createServer((incoming, outgoing) => {
    void text(incoming).then((body) => {
      const input = JSON.parse(body) as Record<string, string>;
      const operation = String(incoming.headers['x-amz-target']);
      asked.push({ operation, input });
      const pair = pairs[input['KeyId'] ?? ''];
      const json = { 'content-type': 'application/x-amz-json-1.1' };
      if (error !== undefined || pair === undefined) {
        outgoing.writeHead(400, json).end(JSON.stringify({ __type: error ?? 'NotFoundException', message: 'no' }));
        return;
      }
      const answer =
        operation === 'TrentService.Sign'
          ? { Signature: sign(null, Buffer.from(input['Message'] ?? '', 'base64'), pair.privateKey).toString('base64') }
          : { PublicKey: pair.publicKey.export({ format: 'der', type: 'spki' }).toString('base64') };
      outgoing.writeHead(200, json).end(JSON.stringify(answer));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    endpoint: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    asked,
    publicKeys: Object.fromEntries(Object.entries(pairs).map(([arn, { publicKey }]) => [arn, publicKey])),
    fail: (name) => {
      error = name;
    },
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
