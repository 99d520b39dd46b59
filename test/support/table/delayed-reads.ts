import type { Answered, FaultProxy } from './fault-proxy.ts';

type Batch = { Responses: Record<string, { sk: { S: string } }[]> };

const isRead = (operation: string): boolean => ['GetItem', 'BatchGetItem', 'Query'].includes(operation);

/** Delays the answer to the next read that names `named` until `meanwhile` is done, so that it is stale. */
export function holdRead(proxy: FaultProxy, named: string, meanwhile: () => Promise<unknown>): void {
  proxy.tamper = async ({ operation, input }, forward) => {
    if (!isRead(operation) || !JSON.stringify(input).includes(named)) return forward();
    proxy.tamper = undefined;
    const early = await forward();
    await meanwhile();
    return early;
  };
}

/**
 * A batch read is no snapshot: the next one that names `sk` finds that item before `meanwhile`, and all others after
 * it.
 */
export function splitRead(proxy: FaultProxy, sk: string, meanwhile: () => Promise<unknown>): void {
  proxy.tamper = async ({ operation, input }, forward) => {
    if (operation !== 'BatchGetItem' || !JSON.stringify(input).includes(`{"S":"${sk}"}`)) return forward();
    proxy.tamper = undefined;
    const early = JSON.parse((await forward()).body) as Batch;
    await meanwhile();
    const late = JSON.parse((await forward()).body) as Batch;
    const [table = ''] = Object.keys(late.Responses);
    const is = (item: { sk: { S: string } }): boolean => item.sk.S === sk;
    const items = [
      ...(early.Responses[table] ?? []).filter(is),
      ...(late.Responses[table] ?? []).filter((item) => !is(item)),
    ];
    return { status: 200, body: JSON.stringify({ ...late, Responses: { [table]: items } }) } satisfies Answered;
  };
}
