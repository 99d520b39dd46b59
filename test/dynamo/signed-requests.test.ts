import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Operations } from '../../lib/dynamo/wire.ts';
import type { Credentials } from '../../lib/process/signature.ts';
import { engineEndpoint } from '../support/run/engine-endpoint.ts';
import { useService } from '../support/service/started-service.ts';
import { bothWires, operations, REGION, sampleInputs } from '../support/table/both-wires.ts';
import { answerJson, startStandIn, type ReceivedRequest, type StandIn } from '../support/table/stand-in.ts';
import { findSignatureFault } from '../support/table/verify-signature.ts';
import { fc } from '../support/run/properties.ts';

const service = useService();
let credentials: Credentials;
/** The requests that reached the engine, and the faults in the signatures of the others. */
const passed: ReceivedRequest[] = [];
const faults: { name: string }[] = [];
let gate: StandIn;
beforeAll(async () => {
  gate = await startStandIn((outgoing, received) => {
    const expected = { credentials, region: REGION, service: 'dynamodb', now: new Date() };
    const fault = findSignatureFault(received, expected);
    if (!fault) {
      passed.push(received);
      void forward(received).then(({ status, body }) => answerJson(outgoing, status, body));
      return;
    }
    faults.push(fault);
    answerJson(outgoing, 400, { __type: `com.amazon.coral.service#${fault.name}`, message: fault.message });
  });
});
beforeEach(() => {
  passed.length = 0;
  faults.length = 0;
});
afterAll(() => gate.stop());

/** Sends a request on to an endpoint as it came, or with changes that its signature does not know of. */
function forward(
  { headers, body }: ReceivedRequest,
  to = engineEndpoint(),
  change: { body?: string; headers?: Record<string, string> } = {},
): Promise<{ status: number; body: object }> {
  const sent = change.body ?? body;
  const all = { ...headers, ...change.headers, 'content-length': String(Buffer.byteLength(sent)) };
  return new Promise((resolve, reject) => {
    request(to, { method: 'POST', headers: all, agent: false }, (response) => {
      const read = text(response);
      read.then((json) => resolve({ status: response.statusCode ?? 0, body: JSON.parse(json) as object }), reject);
    })
      .on('error', reject)
      .end(sent);
  });
}

const secret = fc.stringMatching(/^[A-Za-z0-9/+]{40}$/);
const someCredentials = fc.record(
  {
    // Only letters and digits: the local engine keeps the tables of each access key apart unless it shares them.
    accessKeyId: fc.stringMatching(/^ASIA[A-Z2-7]{16}$/),
    secretAccessKey: secret,
    sessionToken: fc.stringMatching(/^[A-Za-z0-9/+=]{40,400}$/),
  },
  { requiredKeys: ['accessKeyId', 'secretAccessKey'] },
);
const value = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 });

/** A request of this operation that writes or reads this text. */
function inputOf<K extends keyof Operations>(operation: K, written: string): Operations[K][0] {
  const TableName = service.tableName;
  const Key = { pk: { S: `TEST#${written}` }, sk: { S: written } };
  const update = {
    TableName,
    Key,
    UpdateExpression: 'SET note = :note',
    ExpressionAttributeValues: { ':note': { S: written } },
  };
  const inputs: { [O in keyof Operations]: Operations[O][0] } = {
    GetItem: { TableName, Key },
    BatchGetItem: { RequestItems: { [TableName]: { Keys: [Key] } } },
    Query: { TableName, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': Key.pk } },
    UpdateItem: update,
    TransactWriteItems: { TransactItems: [{ Update: update }], ClientRequestToken: crypto.randomUUID() },
  };
  return inputs[operation];
}

describe.each(bothWires)('the requests of %s', (_name, open) => {
  test.each(operations)('%s passes a gate that verifies signatures, whatever is in it', async (operation) => {
    const property = fc.asyncProperty(someCredentials, value, async (used, written) => {
      credentials = used;
      passed.length = 0;
      faults.length = 0;
      await open(gate.endpoint, used)(operation, inputOf(operation, written), AbortSignal.timeout(10_000));
      expect(faults).toEqual([]);
      // A busy engine may answer too late for an attempt, which is signed and sent again.
      expect(new Set(passed.map((received) => received.operation))).toEqual(new Set([operation]));
    });
    await fc.assert(property, { numRuns: 20 });
  });

  test('are refused with another secret, by the name that AWS gives', async () => {
    credentials = { accessKeyId: 'ASIA', secretAccessKey: 'one' };
    const other = { accessKeyId: 'ASIA', secretAccessKey: 'other' };
    const wire = open(gate.endpoint, other);
    const asked = wire('GetItem', sampleInputs.GetItem(service.tableName), AbortSignal.timeout(10_000));
    await expect(asked).rejects.toMatchObject({ name: 'InvalidSignatureException' });
    expect(passed).toEqual([]);
  });

  const later = (time: string): string => time.replace(/\d\dZ$/, (seconds) => (seconds === '00Z' ? '01Z' : '00Z'));
  const changes: [string, (sent: ReceivedRequest) => Parameters<typeof forward>[2], string][] = [
    ['body', ({ body }) => ({ body: body.replace('TEST#thing', 'TEST#other') }), 'InvalidSignatureException'],
    ['target', () => ({ headers: { 'x-amz-target': 'DynamoDB_20120810.DeleteItem' } }), 'InvalidSignatureException'],
    [
      'date',
      ({ headers }) => ({ headers: { 'x-amz-date': later(String(headers['x-amz-date'])) } }),
      'InvalidSignatureException',
    ],
    [
      'content type',
      () => ({ headers: { 'content-type': 'application/x-amz-json-1.1' } }),
      'InvalidSignatureException',
    ],
    ['session token', () => ({ headers: { 'x-amz-security-token': 'other' } }), 'UnrecognizedClientException'],
    ['headers, by one that nobody signed', () => ({ headers: { 'x-amz-more': '1' } }), 'IncompleteSignatureException'],
    ['authorization', () => ({ headers: { authorization: 'AWS4-HMAC-SHA256' } }), 'IncompleteSignatureException'],
  ];
  test.each(changes)('are refused if somebody changes their %s on the way', async (_what, change, name) => {
    credentials = { accessKeyId: 'ASIA', secretAccessKey: 'one', sessionToken: 'token' };
    const wire = open(gate.endpoint, credentials);
    await wire('GetItem', sampleInputs.GetItem(service.tableName), AbortSignal.timeout(10_000));
    const [sent] = passed;
    if (!sent) throw new Error('nothing passed');
    expect(faults).toEqual([]);
    await forward(sent, gate.endpoint, change(sent));
    expect(faults.map((fault) => fault.name)).toEqual([name]);
    expect(passed).toHaveLength(1);
  });
});
