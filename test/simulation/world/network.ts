import type { BatchGetItemCommandInput, TransactWriteItemsCommandInput } from '@aws-sdk/client-dynamodb';
import type { Operations } from '../../../lib/dynamo/wire.ts';
import { cancelled } from '../engine/engine.ts';
import { awsError, NotSimulated } from '../engine/errors.ts';
import { putEvents } from './events.ts';
import { askKms } from './kms.ts';
import { askStorage } from './storage.ts';
import { WEBHOOKS_PATH, type Entry, type Outcome, type Request, type SimulatedWorld } from './parts.ts';

const connectionReset = (): Error => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });

/** The messages to the first endpoint of the brand are held to their promises; others come and go. */
const isWatched = (input: unknown): input is { body: string } =>
  (input as { target: { url: URL } }).target.url.pathname === WEBHOOKS_PATH;

/** Executes a request now, unless bad luck is faster. */
export function serveRequest(world: SimulatedWorld, request: Request): Outcome {
  const { weather } = world;
  if (request.service === 'receiver' && isWatched(request.input)) world.attempts.push(request.input.body);
  if (weather.strikes('a request is lost before it is executed')) return { error: connectionReset() };
  try {
    const answer = answerTo(world, request);
    const isLost = weather.strikes('an answer is lost after the request was executed');
    return isLost ? { error: connectionReset() } : { answer };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error instanceof NotSimulated) world.fail(error);
    return { error };
  }
}

function answerTo(world: SimulatedWorld, request: Request): unknown {
  const { service, operation, input } = request;
  switch (service) {
    case 'dynamodb':
      return askWithinUnits(world, request);
    case 'secretsmanager':
      if (world.weather.strikes('the secret is away')) throw awsError('InternalServiceError', 'away', {}, 500);
      if (world.weather.strikes('the secret is throttled')) throw awsError('ThrottlingException', 'too often');
      return askSecrets(world, operation, input as SecretInput);
    case 'kms':
      return askKms(operation, input as { Message?: string });
    case 'events':
      return putEvents(world, input as Parameters<typeof putEvents>[1]);
    case 'sqs':
      return askQueue(world, operation, input as Parameters<typeof askQueue>[2]);
    case 'storage':
      return askStorage(world, operation, input as Parameters<typeof askStorage>[2]);
    case 'receiver':
      return receive(world, input);
  }
}

type SecretInput = { SecretId: string; SecretString?: string; ClientRequestToken?: string };

function askSecrets(world: SimulatedWorld, operation: string, input: SecretInput): object {
  const { SecretId, SecretString, ClientRequestToken = '' } = input;
  const name = SecretId.split(':').at(-1) ?? '';
  if (name === 'data-key') return { SecretString: world.dataKey };
  if (operation === 'PutSecretValue' && !/^[\w-]{32,64}$/.test(ClientRequestToken))
    throw awsError('InvalidRequestException', 'a ClientRequestToken is needed');
  if (operation === 'PutSecretValue' && SecretString !== undefined) world.secrets.set(name, SecretString);
  return { SecretString: world.secrets.get(name) ?? '{}' };
}

/** Each request takes units of its partitions, as far as there are some left. */
function askWithinUnits(world: SimulatedWorld, request: Request): unknown {
  const { weather, throughput } = world;
  const partitions = throughput.partitionsOf(request);
  if (weather.strikes('a partition is hot for a second')) throughput.heat(partitions);
  if (!throughput.hasRoom(partitions) || weather.strikes('the table throttles a request'))
    throw awsError('ProvisionedThroughputExceededException', 'too much at once');
  const answer = askTable(world, request.operation as keyof Operations, request.input as never);
  throughput.take(request, answer);
  return answer;
}

function askTable<K extends keyof Operations>(world: SimulatedWorld, operation: K, input: Operations[K][0]): unknown {
  const { weather, engine } = world;
  if (operation === 'TransactWriteItems' || operation === 'UpdateItem') {
    if (weather.strikes('a transaction conflicts with another write')) throw conflictOf(operation, input);
  }
  if (operation !== 'BatchGetItem' || !weather.strikes('a batch leaves keys unprocessed'))
    return engine.execute(operation, input);
  const { RequestItems = {} } = input as BatchGetItemCommandInput;
  const [[name, asked] = ['', undefined]] = Object.entries(RequestItems);
  const keys = asked?.Keys ?? [];
  const read = keys.slice(0, world.chance.below(keys.length) + (keys.length === 1 ? 1 : 0));
  const left = keys.slice(read.length);
  const UnprocessedKeys = left.length === 0 ? {} : { [name]: { ...asked, Keys: left } };
  if (read.length === 0) return { Responses: { [name]: [] }, UnprocessedKeys };
  const answer = engine.execute('BatchGetItem', { RequestItems: { [name]: { ...asked, Keys: read } } });
  return { ...answer, UnprocessedKeys };
}

function conflictOf(operation: 'TransactWriteItems' | 'UpdateItem', input: unknown): Error {
  if (operation === 'UpdateItem')
    return awsError('TransactionConflictException', 'Transaction is ongoing for the item');
  const { TransactItems } = input as TransactWriteItemsCommandInput;
  return cancelled((TransactItems ?? []).map((_, i) => ({ Code: i === 0 ? 'TransactionConflict' : 'None' })));
}

type QueueInput = { QueueUrl: string; Entries?: Entry[] } & Partial<Entry>;

function askQueue(world: SimulatedWorld, operation: string, { QueueUrl, Entries, MessageBody }: QueueInput): unknown {
  const name = QueueUrl.split('/').at(-1) ?? '';
  if (operation === 'SendMessage' && name === 'aside') {
    world.violations.push(`the relay set an event aside: ${MessageBody ?? ''}`);
    return { MessageId: 'aside' };
  }
  const queue = Object.entries(world.queues).find(([known]) => known === name)?.[1];
  if (operation !== 'SendMessageBatch' || queue === undefined)
    throw new NotSimulated(`${operation} of the queue ${name}`);
  for (const entry of Entries ?? []) queue.send(entry);
  return { Successful: Entries?.map(({ Id }) => ({ Id })), Failed: [] };
}

/** A receiver of webhooks: it takes a message, or fails. */
function receive(world: SimulatedWorld, message: unknown): unknown {
  if (world.weather.strikes('a receiver fails'))
    return world.chance.below(2) === 0
      ? { kind: 'failed', outcome: 'connection_failed' }
      : { kind: 'answered', status: 503, retryAfter: undefined, body: Buffer.from('') };
  if (isWatched(message)) world.arrivals.push(message.body);
  return { kind: 'answered', status: 200, retryAfter: undefined, body: Buffer.from('') };
}
