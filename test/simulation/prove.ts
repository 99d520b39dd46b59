import type { TransactWriteItem, TransactWriteItemsCommandInput } from '@aws-sdk/client-dynamodb';
import type { Pair } from './pairs/verbs.ts';
import type { Request } from './world/parts.ts';

/** A fault that is put back into the service, by changing what it sends. */
export type GraveFault = {
  name: string;
  tamper: (request: Request) => Request;
  /** The verbs among whose pairs the search begins. */
  near: readonly string[];
};

type Guarded = NonNullable<TransactWriteItem['Update']>;

/** A write without its guard, and without the aliases that only the guard used. */
function withoutGuard<W extends Partial<Guarded>>(write: W): W {
  const { ConditionExpression: _guard, ExpressionAttributeNames, ExpressionAttributeValues, ...rest } = write;
  const used = new Set(write.UpdateExpression?.match(/[#:]\w+/g) ?? []);
  const kept = <V>(aliases: Record<string, V> | undefined): Record<string, V> | undefined => {
    const left = Object.entries(aliases ?? {}).filter(([alias]) => used.has(alias));
    return left.length === 0 ? undefined : Object.fromEntries(left);
  };
  const [names, values] = [kept(ExpressionAttributeNames), kept(ExpressionAttributeValues)];
  return {
    ...rest,
    ...(names === undefined ? {} : { ExpressionAttributeNames: names }),
    ...(values === undefined ? {} : { ExpressionAttributeValues: values }),
  } as W;
}

const keyOf = ({ Put, Update, Delete, ConditionCheck }: TransactWriteItem): string => {
  const { pk, sk } = Put?.Item ?? Update?.Key ?? Delete?.Key ?? ConditionCheck?.Key ?? {};
  return `${pk?.S ?? ''} ${sk?.S ?? ''}`;
};

const inTransactions =
  (change: (writes: readonly TransactWriteItem[]) => readonly TransactWriteItem[]) =>
  (request: Request): Request => {
    if (request.operation !== 'TransactWriteItems') return request;
    const input = request.input as TransactWriteItemsCommandInput;
    const TransactItems = change(input.TransactItems ?? []);
    return { ...request, input: { ...input, TransactItems } };
  };

/** Leaves these writes out, or takes their guards away. A transaction keeps at least one write. */
const dropping = (items: RegExp) =>
  inTransactions((writes) => {
    const left = writes.filter((write) => !items.test(keyOf(write)));
    return left.length === 0 ? writes : left;
  });

const unguarding = (items: RegExp) =>
  inTransactions((writes) =>
    writes.flatMap((write): TransactWriteItem[] => {
      if (!items.test(keyOf(write))) return [write];
      if (write.Put) return [{ Put: withoutGuard(write.Put) }];
      if (write.Update) return [{ Update: withoutGuard(write.Update) }];
      if (write.Delete) return [{ Delete: withoutGuard(write.Delete) }];
      return [];
    }),
  );

export const graveFaults: readonly GraveFault[] = [
  {
    name: 'a seat is taken without the condition that one is free',
    tamper: unguarding(/#seats#\S+ license$/),
    near: ['activate another site', 'activate a third site', 'take seats away'],
  },
  {
    name: 'a change is written without its journal entry',
    tamper: dropping(/ journal#/),
    near: ['suspend', 'renew', 'deactivate the site'],
  },
  {
    name: 'an answer is not stored under its idempotency key',
    tamper: dropping(/#once#/),
    near: ['sell to a new customer', 'sell more to the customer'],
  },
  {
    name: 'an API key is rotated while it is revoked',
    tamper: unguarding(/#api-key#\S+ api-key$/),
    near: ['rotate the API key', 'revoke the API key'],
  },
  {
    name: 'a license is given back to a customer whose item changed meanwhile',
    tamper: unguarding(/#customer#\S+ person$/),
    near: ['give back', 'give away', 'sell more to the customer', 'erase the customer'],
  },
  {
    name: 'a site is freed twice',
    tamper: unguarding(/ seat#/),
    near: ['deactivate the site', 'free the seat', 'move the site', 'restore the seat'],
  },
  {
    name: 'a key gets a new text while it gets another one',
    tamper: unguarding(/#key#\S+ key$/),
    near: ['give the key a new text', 'sell more to the customer', 'give away'],
  },
  {
    name: 'a license that leaves its key stays in the directory of the key',
    tamper: dropping(/#key#\S+ key$/),
    near: ['cancel', 'give away', 'change the product'],
  },
  {
    name: 'a release is published or withdrawn, and the list for sites stays as it was',
    tamper: dropping(/#releases#\S+ shelf$/),
    near: ['publish the draft', 'yank the release'],
  },
  {
    name: 'a version that is taken is taken again',
    tamper: unguarding(/#releases#\S+ version#/),
    near: ['draft a release', 'draft that version in the beta channel'],
  },
  {
    name: 'two products of a brand take one item id',
    tamper: unguarding(/ edd-item#/),
    near: ['give the product another item id', 'give another product that item id'],
  },
];

/** The pairs of which both verbs are near a fault. */
export function pairsNear({ near }: GraveFault, pairs: readonly Pair[]): Pair[] {
  const nearness = (pair: Pair): number => pair.filter(({ name }) => near.includes(name)).length;
  return pairs.filter((pair) => nearness(pair) === pair.length);
}
