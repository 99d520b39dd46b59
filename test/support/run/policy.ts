import { AsyncLocalStorage } from 'node:async_hooks';
import type { QueryCommandInput, TransactWriteItem, AttributeValue } from '@aws-sdk/client-dynamodb';
import type { TableStatement } from '../../../infra/table-statements.ts';
import type { Route } from '../../../lib/api/route.ts';
import type { Operations, Wire } from '../../../lib/dynamo/wire.ts';
import { noteIfWrite } from '../table/writes-sent.ts';

/**
 * The engine checks no permission; AWS does. So every function that a test calls runs with the statements of its own
 * role: a request that they do not allow is not sent, and fails the test even if the code would continue without it.
 */
type Role = { name: string; statements: readonly TableStatement[]; access: Route['access'] };
/** Items that change with every request of an API key, or for an unknown license key, independent of its outcome. */
export const COUNTING = /#(?:rate|failed)#|^@platform#data-key$/;

type Asked = { action: string; index: string | undefined; leadingKeys: string[] };

/** The role of the running function. `roles.ts` sets it. */
export const running = new AsyncLocalStorage<Role>();

/** The refused requests since the last test. */
export const refused: string[] = [];
/** The patterns that each function needed, as `allowanceOf` names them. */
export const needed = new Map<string, Set<string>>();

export const allowanceOf = ({ actions, index = 'table' }: TableStatement, pattern: string): string =>
  `${actions.join()} on ${index} of ${pattern}`;

/** The wire, with the role of the running function. Tests that bypass the service have none. */
export function underPolicy<O extends keyof Operations>(wire: Wire<O>): Wire<O> {
  return (operation, input, signal) => {
    const role = running.getStore();
    const denied = role && askedBy(operation, input).find((asked) => !isAllowed(role, asked));
    if (role === undefined || denied === undefined) return watched(wire, operation, input, signal);
    const target = `${denied.index ?? 'the table'}: ${denied.leadingKeys.join(', ')}`;
    const message = `${role.name} (${role.access}) may not ${denied.action} on ${target}`;
    refused.push(message);
    return Promise.reject(Object.assign(new Error(message), { name: 'AccessDeniedException' }));
  };
}

/**
 * Sends a request, and counts it as a write of its tables both when it is sent and when it is settled, unless it only
 * counts requests.
 */
async function watched<O extends keyof Operations, K extends O>(
  wire: Wire<O>,
  operation: K,
  input: Operations[K][0],
  signal: AbortSignal,
): Promise<Omit<Operations[K][1], '$metadata'>> {
  const names = tablesOf(input);
  const isCounting = operation === 'UpdateItem' && COUNTING.test(pkOf(input as Keyed));
  if (!isCounting) noteIfWrite(operation, names);
  try {
    return await wire(operation, input, signal);
  } finally {
    if (!isCounting) noteIfWrite(operation, names);
  }
}

function tablesOf(input: Operations[keyof Operations][0]): string[] {
  if (!('TransactItems' in input)) return 'TableName' in input ? [input.TableName ?? ''] : [];
  const writes = (input.TransactItems ?? []).flatMap((item) => Object.values(item) as { TableName?: string }[]);
  return [...new Set(writes.map(({ TableName }) => TableName ?? ''))];
}

/**
 * A route that reads may write only what every request with an API key notes, and the mark of the data key. A route
 * that notes puts and deletes nothing.
 */
function isAllowed({ name, statements, access }: Role, asked: Asked): boolean {
  const { action, index, leadingKeys } = asked;
  const writes = /:(?:Put|Update|Delete|ConditionCheck)/.test(action);
  const isCounting = leadingKeys.every((key) => /^[^#]+#(?:rate|api-key|failed)#|^@platform#data-key$/.test(key));
  if (writes && access !== 'write' && !(action === 'dynamodb:UpdateItem' && (access === 'note' || isCounting)))
    return false;
  const allowing = statements.find(
    ({ actions, unlike, ...on }) =>
      actions.includes(action) &&
      on.index === index &&
      leadingKeys.every(
        (key) => on.like.some((pattern) => isLike(pattern, key)) && !(unlike !== undefined && isLike(unlike, key)),
      ),
  );
  if (allowing === undefined || leadingKeys.length === 0) return false;
  const used = needed.get(name) ?? new Set();
  for (const pattern of allowing.like)
    if (leadingKeys.some((key) => isLike(pattern, key))) used.add(allowanceOf(allowing, pattern));
  needed.set(name, used);
  return true;
}

const compiled = new Map<string, RegExp>();

/** IAM's StringLike. */
export function isLike(pattern: string, text: string): boolean {
  const known = compiled.get(pattern) ?? expressionOf(pattern);
  compiled.set(pattern, known);
  return known.test(text);
}

function expressionOf(pattern: string): RegExp {
  const parts = pattern
    .split('*')
    .map((part) => part.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('?', '.'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}

const ITEM_ACTIONS = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
} as const;
type Keyed = { Key?: Record<string, AttributeValue> | undefined; Item?: Record<string, AttributeValue> | undefined };
const pkOf = ({ Key, Item }: Keyed): string => (Key ?? Item)?.['pk']?.S ?? '';

/**
 * The IAM request of a DynamoDB request: an action and all of its partition keys. A transaction has one for each kind
 * of its items.
 */
function askedBy<K extends keyof Operations>(operation: K, input: Operations[K][0]): Asked[] {
  const ask = (action: string, leadingKeys: string[], index?: string): Asked => ({
    action: `dynamodb:${action}`,
    index,
    leadingKeys,
  });
  if ('TransactItems' in input) {
    const items = input.TransactItems ?? [];
    return Object.entries(ITEM_ACTIONS).flatMap(([kind, action]) => {
      const keys = items.flatMap((item) => item[kind as keyof TransactWriteItem] ?? []).map(pkOf);
      return keys.length === 0 ? [] : ask(action, keys);
    });
  }
  if ('RequestItems' in input)
    return [
      ask(
        operation,
        Object.values(input.RequestItems ?? {}).flatMap(({ Keys }) => (Keys ?? []).map((Key) => pkOf({ Key }))),
      ),
    ];
  if (operation !== 'Query') return [ask(operation, [pkOf(input as Keyed)])];
  const { IndexName, KeyConditionExpression = '', ExpressionAttributeValues } = input as QueryCommandInput;
  // The partition comes first in a key condition.
  const partition = /= (:\w+)/.exec(KeyConditionExpression)?.[1] ?? '';
  return [ask(operation, [ExpressionAttributeValues?.[partition]?.S ?? ''], IndexName)];
}
