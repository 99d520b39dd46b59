import type { Operations } from '../../../lib/dynamo/wire.ts';
import type { Request } from './parts.ts';

/** The items that a request reads and writes, by their keys. A query may read any: `hasAll`. */
export type Footprint = { reads: ReadonlySet<string>; writes: ReadonlySet<string>; hasAll: boolean };

type Input = Record<string, unknown>;
const textOf = (key: unknown): string => {
  const { pk, sk } = (key ?? {}) as { pk?: { S?: string }; sk?: { S?: string } };
  return `${pk?.S ?? ''}\n${sk?.S ?? ''}`;
};

export function readFootprint({ service, operation, input }: Request): Footprint {
  const none = new Set<string>();
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
