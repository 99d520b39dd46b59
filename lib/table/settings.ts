import { DEFAULT_FACTOR, type StageSettings } from '../domain/stage-settings.ts';
import { isNew, unchangedSince } from '../dynamo/condition.ts';
import { getOne, type Item, type Table } from '../dynamo/table.ts';
import type { Write } from '../dynamo/transact.ts';
import { findCopy } from './copies.ts';
import { keys } from './keys.ts';

const plain = ({ pk: _pk, sk: _sk, ...rest }: Item): Item => rest;

/** The factor of every check interval, from the container's copy. */
export function findFactor(table: Pick<Table, 'name'>): number {
  const copy = findCopy(table, keys.settings()) as Partial<StageSettings> | undefined;
  return copy?.check_interval_factor ?? DEFAULT_FACTOR;
}

/** Undefined until somebody has changed one. */
export async function readSettings(table: Table<'GetItem'>): Promise<StageSettings | undefined> {
  const item = await getOne(table, keys.settings());
  return item && (plain(item) as StageSettings);
}

export function putSettings<R>(settings: StageSettings, refused: () => R): Write<R> {
  const guard = settings.seq === 1 ? isNew : unchangedSince(settings.seq - 1);
  return { put: { ...keys.settings(), ...settings }, guard, refused };
}
