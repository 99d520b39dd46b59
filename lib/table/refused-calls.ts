import { pick } from '../domain/pick.ts';
import { deadline } from '../process/timers.ts';
import { instanceHash, type InstanceType, type ParsedInstance } from '../domain/instance.ts';
import type { License } from '../domain/license.ts';
import type { RefusalCode } from '../domain/refusal.ts';
import { DAY_S, MINUTE_MS, isoSeconds } from '../domain/time.ts';
import { callKeys, keys } from './keys.ts';
import { type Table } from '../dynamo/table.ts';
import { query } from '../dynamo/query.ts';
import { updateItem } from '../dynamo/update.ts';
import { isNew } from '../dynamo/condition.ts';
import type { Write } from '../dynamo/transact.ts';

/** A refused call of a product, shown to support: instance, reason and time. */
export type RefusedCall = {
  code: string;
  instance_identifier: string;
  instance_type: InstanceType;
  occurred_at: string;
};

const KEPT_DAYS = 7;
const SAMPLED_MINUTES = 10;
/** The caller waits for the note at most this long; the answer is the same without it. */
const PATIENCE_MS = 250;
const SHOWN = 20;
/** Refusals within ten minutes are in no order, so a few more are read than are shown. */
const READ = 100;

type NotedCall = { brand: string; license: License; instance: ParsedInstance; code: RefusalCode; nowMs: number };

/** Notes a refusal, once in ten minutes for each instance and code: these three are the item's key. */
export async function noteRefusedCall(table: Table<'UpdateItem'>, call: NotedCall): Promise<void> {
  const { key, set } = refusedCallItem(call);
  const signal = deadline(PATIENCE_MS, table.signal);
  await updateItem({ ...table, signal }, key, { set }, { guard: isNew }).catch(() => undefined);
}

/** The same note as part of a transaction. It replaces one of the same ten minutes. */
export function refusedCallWrite(call: NotedCall): Write<never> {
  const { key, set } = refusedCallItem(call);
  return { put: { ...key, ...set } };
}

function refusedCallItem({ brand, license, instance, code, nowMs }: NotedCall) {
  const span = SAMPLED_MINUTES * MINUTE_MS;
  const began = isoSeconds(Math.floor(nowMs / span) * span);
  const key = callKeys.refusedCall(
    brand,
    license.anchor,
    began,
    `${instanceHash(instance.type, instance.normalised, license.anchor).slice(0, 16)}#${code}`,
  );
  const call: RefusedCall = {
    code,
    instance_identifier: instance.identifier,
    instance_type: instance.type,
    occurred_at: isoSeconds(nowMs),
  };
  return { key, set: { ...call, ttl: Math.floor(nowMs / 1000) + KEPT_DAYS * DAY_S } };
}

const REFUSED_CALL = ['code', 'instance_identifier', 'instance_type', 'occurred_at'] as const;

/** The last refused calls of a license, newest first. */
export async function readRefusedCalls(
  table: Table<'Query'>,
  brand: string,
  { anchor }: License,
  nowMs: number,
): Promise<RefusedCall[]> {
  const { pk } = keys.license(brand, anchor);
  const { items } = await query(table, { pk, begins: 'refused#', newestFirst: true, limit: READ });
  return items
    .filter(({ ttl }) => Number(ttl) * 1000 > nowMs)
    .map((item) => pick(REFUSED_CALL, item as RefusedCall))
    .sort((a, b) => (a.occurred_at < b.occurred_at ? 1 : -1))
    .slice(0, SHOWN);
}
