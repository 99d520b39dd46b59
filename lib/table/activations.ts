import { pick } from '../domain/pick.ts';
import { instanceHash, type ParsedInstance } from '../domain/instance.ts';
import { hostAndPath } from '../domain/instance-host.ts';
import { newId } from '../process/ids.ts';
import type { License } from '../domain/license.ts';
import type { Activation } from '../domain/seats.ts';
import { groups, keys } from './keys.ts';
import { type Item } from '../dynamo/table.ts';
import type { Write } from '../dynamo/transact.ts';
import { isNew, type Condition, isPresent, allOf, equals } from '../dynamo/condition.ts';
import type { Key } from '../dynamo/schema.ts';

/** The key of an instance's activation. The hash is salted with the anchor, so an id reveals no instance. */
export function seatKey(brand: string, anchor: string, seatSet: number, instance: ParsedInstance): Key {
  return keys.seat(brand, anchor, seatSet, instanceHash(instance.type, instance.normalised, anchor));
}

/** A new activation's id. Its last twelve digits begin the instance's hash, so the id leads back to the item. */
export function newActivationId(anchor: string, instance: ParsedInstance, nowMs: number): string {
  return newId(nowMs, instanceHash(instance.type, instance.normalised, anchor).slice(0, 12));
}

/** The index keys of an instance: its host, and its path among those of the host. Both are salted with the brand. */
export function instanceIndex(
  brand: string,
  instance: ParsedInstance,
): { group: string; path: string; hasPath: boolean } {
  const { host, path } = hostAndPath(instance);
  return {
    group: groups.host(brand, instanceHash(instance.type, host, brand)),
    path: instanceHash(instance.type, path, brand).slice(0, 32),
    hasPath: path !== '',
  };
}

/** The values of fields that an activation of an older version may lack. */
const NEWER_FIELDS = {
  kind: null,
  masked_identifier: null,
  deactivated_at: null,
  last_checked_at: null,
  metadata: {},
} as const;

export function parseActivationItem(item: Item): Activation {
  const { pk: _pk, sk: _sk, group_pk: _gpk, group_sk: _gsk, seq: _seq, ...activation } = item;
  return { ...NEWER_FIELDS, ...activation } as Activation;
}

export type StoredActivation = { key: Key; activation: Activation };

/** A stored activation with its key. */
export const readActivation = (item: Item): StoredActivation => ({
  key: { pk: String(item['pk']), sk: String(item['sk']) },
  activation: parseActivationItem(item),
});

/** A batch read is no snapshot: true if the activation was read after a change, and its license before it. */
export const isTorn = (license: Item, activation: Item | undefined): boolean =>
  activation !== undefined && Number(activation['seq']) > Number(license['seq']);

/**
 * Writes an activation in one transaction with its license, whose guard orders all changes of its seats. This guard is
 * checked first, and fails only if this instance was changed.
 */
export function putActivation<R>(
  brand: string,
  license: License,
  instance: ParsedInstance,
  activation: Activation,
  previous: Activation | undefined,
  refused: () => R,
): Write<R> {
  const guard: Condition = previous ? isUnchanged(previous) : isNew;
  const { group, path } = instanceIndex(brand, instance);
  return {
    put: {
      ...seatKey(brand, license.anchor, license.seat_set, instance),
      group_pk: group,
      group_sk: `${license.id}#${path}`,
      ...activation,
      seq: license.seq,
    },
    guard,
    refused,
  };
}

/**
 * The activation still has the state that was read: one that was freed and taken again may count differently. Its
 * instance has not been erased.
 */
export const isUnchanged = ({ status, takes_seat, free_staging, instance_identifier }: Activation): Condition =>
  allOf(
    equals('status', status),
    equals('takes_seat', takes_seat),
    equals('free_staging', free_staging),
    equals('instance_identifier', instance_identifier),
  );

/** Erases an activation's texts. The hashes that find it stay, so its site keeps working. */
export function putErasedActivation(
  key: Key,
  text: Pick<Activation, 'instance_identifier' | 'masked_identifier' | 'metadata'>,
): Write<never> {
  return { update: key, set: text, guard: isPresent };
}

/** The fields of an activation that the journal shows. */
const JOURNALLED = ['id', 'instance_identifier', 'instance_type', 'status', 'takes_seat', 'metadata'] as const;

export const journalledActivation = (activation: Activation) => pick(JOURNALLED, activation);
