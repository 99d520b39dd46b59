import { ROUTE_PATIENCE } from '../../../lib/process/aws-client.ts';
import type { Post } from '../../../lib/process/https-post.ts';
import type { Host, Request } from './parts.ts';

const ATTEMPTS = 3;
const PAUSE_MS = 20;

/** The errors that the clients of AWS send again by themselves, within one request of the service. */
const isRetried = (error: unknown): boolean => {
  const { name, code, $metadata } = error as { name?: string; code?: string; $metadata?: { httpStatusCode?: number } };
  return code === 'ECONNRESET' || ($metadata?.httpStatusCode ?? 0) >= 500 || /Throttl|Throughput/.test(name ?? '');
};

/** Sends a request as the service's clients do: again with a pause, while its errors may pass. */
async function sendPatiently(host: Host, request: Request, attempts = ATTEMPTS): Promise<unknown> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await host.request(request);
    } catch (error) {
      if (attempt === attempts || request.signal?.aborted === true || !isRetried(error)) throw error;
    }
    await host.sleep(PAUSE_MS * attempt * (1 + host.fraction()), request.signal);
  }
}

type Command = { operation: string; input: unknown };

const commandsNamed = (...names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(
    names.map((name) => [
      name,
      class {
        operation = name.replace(/Command$/, '');
        input: unknown;
        constructor(input: unknown) {
          this.input = input;
        }
      },
    ]),
  );

/** All containers make requests of the same kinds. */
const ofTable = commandsNamed(
  ...['GetItemCommand', 'BatchGetItemCommand', 'QueryCommand', 'UpdateItemCommand', 'TransactWriteItemsCommand'],
);
const ofQueues = commandsNamed(
  ...['SendMessageCommand', 'SendMessageBatchCommand', 'ReceiveMessageCommand', 'DeleteMessageCommand'],
  'GetQueueAttributesCommand',
);
const ofBus = commandsNamed('PutEventsCommand');

/** A client of the SDK, as far as the service uses one. */
function clientOf(host: Host, service: Request['service'], attempts: number): unknown {
  return class {
    middlewareStack = { addRelativeTo: () => undefined, remove: () => true };
    send({ operation, input }: Command, options?: { abortSignal?: AbortSignal }): Promise<unknown> {
      return sendPatiently(host, { service, operation, input, signal: options?.abortSignal }, attempts);
    }
  };
}

type FailedRequest = Error & { $metadata?: { httpStatusCode: number } };

function serviceOf(target: string): Request['service'] {
  if (target.startsWith('DynamoDB')) return 'dynamodb';
  return target === 'TrentService' ? 'kms' : 'secretsmanager';
}

/** Sends what the lean client of AWS POSTs, once: retries, time-outs and signatures are the service's own. */
function openSimulatedPost(host: Host): Post {
  return async (headers, body, signal) => {
    const [target = '', operation = ''] = (headers['x-amz-target'] ?? '').split('.');
    const service = serviceOf(target);
    const request: Request = { service, operation, input: JSON.parse(body), signal };
    try {
      return answerWith(200, (await requestInTime(host, request)) ?? {});
    } catch (error) {
      const { name, message, $metadata, ...members } = error as FailedRequest;
      if ($metadata === undefined) throw error;
      return answerWith($metadata.httpStatusCode, { __type: name, message, ...members });
    }
  };
}

const answerWith = (status: number, body: object) => {
  return { status, date: undefined, errorType: undefined, text: JSON.stringify(body) };
};

/** Gives up as the real POST does; what was sent may still be executed. */
function requestInTime(host: Host, request: Request): Promise<object | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<object | undefined>();
  const giveUp = (): void => reject(new DOMException('no answer in time', 'TimeoutError'));
  const cancel = host.after(ROUTE_PATIENCE.answerMs, giveUp);
  const sent = host.request(request) as Promise<object | undefined>;
  const end =
    <T>(settle: (value: T) => void) =>
    (value: T): void => {
      cancel();
      settle(value);
    };
  sent.then(end(resolve), end(reject));
  return promise;
}

/** The modules by which the service reaches AWS and the receivers of webhooks. */
export function openAwsModules(host: Host): Record<string, unknown> {
  return {
    'simulated:https-post': { openPost: () => openSimulatedPost(host) },
    'simulated:exchange': {
      post: (target: unknown, message: object, { signal }: { signal: AbortSignal }) =>
        host.request({ service: 'receiver', operation: 'post', input: { ...message, target }, signal }),
    },
    '@aws-sdk/client-dynamodb': { DynamoDBClient: clientOf(host, 'dynamodb', ATTEMPTS), ...ofTable },
    '@aws-sdk/client-sqs': { SQSClient: clientOf(host, 'sqs', 2), ...ofQueues },
    '@aws-sdk/client-eventbridge': { EventBridgeClient: clientOf(host, 'events', 1), ...ofBus },
  };
}
