import type { Operations } from '../../../lib/dynamo/wire.ts';
import type { Request } from './parts.ts';

/** The items that a request reads and writes, by their keys. A query may read any: `hasAll`. */
export type Footprint = { reads: ReadonlySet<string>; writes: ReadonlySet<string>; hasAll: boolean };

type Input = Record<string, unknown>;
const textOf = (key: unknown): string => {
  const { pk, sk } = (key ?? {}) as { pk?: { S?: string }; sk?: { S?: string } };
  return `${pk?.S ?? ''}\n${sk?.S ?? ''}`;
};

export const HISTORY_ENDS = '.ndjson.gz';

/** True for a request to the secret that functions sign with. */
export const isOfSigningKeys = ({ service, input }: Request): boolean =>
  service === 'secretsmanager' && (input as { SecretId: string }).SecretId.endsWith(':signing-keys');

/** True for a request about an object with a part of a license's history. */
export const isOfHistory = ({ service, input }: Request): boolean =>
  service === 'storage' && (input as { key: string }).key.endsWith(HISTORY_ENDS);

const known = new WeakMap<Request, Footprint>();

export function readFootprint(request: Request): Footprint {
  const before = known.get(request);
  if (before !== undefined) return before;
  const found = findFootprint(request);
  known.set(request, found);
  return found;
}

function findFootprint(request: Request): Footprint {
  const { service, operation, input } = request;
  const none = new Set<string>();
  if (isOfSigningKeys(request)) {
    const secret = new Set(['the signing keys']);
    return operation === 'PutSecretValue'
      ? { reads: none, writes: secret, hasAll: false }
      : { reads: secret, writes: none, hasAll: false };
  }
  if (isOfHistory(request)) {
    const object = new Set([(input as { key: string }).key]);
    return operation === 'open'
      ? { reads: object, writes: none, hasAll: false }
      : { reads: none, writes: object, hasAll: false };
  }
  if (service !== 'dynamodb') return { reads: none, writes: none, hasAll: false };
  const { Key, RequestItems, TransactItems } = input as Input;
  switch (operation as keyof Operations) {
    case 'GetItem':
      return { reads: new Set([textOf(Key)]), writes: none, hasAll: false };
    case 'BatchGetItem': {
      const asked = Object.values(RequestItems as Record<string, { Keys: unknown[] }>);
      return { reads: new Set(asked.flatMap(({ Keys }) => Keys.map(textOf))), writes: none, hasAll: false };
    }
    case 'UpdateItem':
      return { reads: none, writes: new Set([textOf(Key)]), hasAll: false };
    case 'TransactWriteItems': {
      const items = (TransactItems as Input[]).flatMap((item) => Object.entries(item)) as [string, Input][];
      const keysOf = (isCheck: boolean): string[] =>
        items
          .filter(([kind]) => (kind === 'ConditionCheck') === isCheck)
          .map(([kind, one]) => textOf(kind === 'Put' ? one['Item'] : one['Key']));
      return { reads: new Set(keysOf(true)), writes: new Set(keysOf(false)), hasAll: false };
    }
    default:
      return { reads: none, writes: none, hasAll: true };
  }
}
