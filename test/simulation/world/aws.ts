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

/** A client of the SDK, as far as the service uses one. */
function clientOf(host: Host, service: Request['service'], attempts: number): unknown {
  return class {
    middlewareStack = { addRelativeTo: () => undefined, remove: () => true };
    send({ operation, input }: Command, options?: { abortSignal?: AbortSignal }): Promise<unknown> {
      return sendPatiently(host, { service, operation, input, signal: options?.abortSignal }, attempts);
    }
  };
}

/** The modules by which the service reaches AWS and the receivers of webhooks. */
export function openAwsModules(host: Host): Record<string, unknown> {
  return {
    'simulated:aws-json': {
      openAwsJson:
        ({ name }: { name: Request['service'] }) =>
        (operation: string, input: unknown, signal: AbortSignal) =>
          sendPatiently(host, { service: name, operation, input, signal }),
    },
    'simulated:exchange': {
      post: (target: unknown, message: object, { signal }: { signal: AbortSignal }) =>
        host.request({ service: 'receiver', operation: 'post', input: { ...message, target }, signal }),
    },
    '@aws-sdk/client-dynamodb': {
      DynamoDBClient: clientOf(host, 'dynamodb', ATTEMPTS),
      ...commandsNamed('GetItemCommand', 'BatchGetItemCommand', 'QueryCommand', 'UpdateItemCommand'),
      ...commandsNamed('TransactWriteItemsCommand'),
    },
    '@aws-sdk/client-sqs': {
      SQSClient: clientOf(host, 'sqs', 2),
      ...commandsNamed('SendMessageCommand', 'SendMessageBatchCommand'),
      ...commandsNamed('ReceiveMessageCommand', 'DeleteMessageCommand', 'GetQueueAttributesCommand'),
    },
    '@aws-sdk/client-eventbridge': {
      EventBridgeClient: clientOf(host, 'events', 1),
      ...commandsNamed('PutEventsCommand'),
    },
  };
}
