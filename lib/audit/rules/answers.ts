import { isUuid } from '../../domain/ids.ts';
import { faultIf, REPAIRS, type Rule } from '../rule.ts';
import { answerKeys, keys } from '../../table/keys.ts';
import { openSealed } from '../sealed.ts';

/** Time in which TTL may have deleted one of two items that end together. */
const isPast = (ttl: unknown, nowMs: number): boolean => Number(ttl) * 1000 <= nowMs;

/** Fields of an answer whose ids lead to an item, for as long as a thing exists. */
const ID_FIELDS = new Set(['license_id', 'license_key_id', 'customer_id']);

/** The ids in an answer that lead to licenses, license keys and customers. */
function idsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(idsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    ID_FIELDS.has(name) && typeof inner === 'string' && isUuid(inner) ? [inner] : idsIn(inner),
  );
}

export const answerRules: readonly Rule[] = [
  {
    name: 'answer-sound',
    promise: 'Every stored answer of an idempotency key is sealed or erased, and has an end.',
    repair: REPAIRS.remove,
    on: ['answer'],
    faults({ item }, _look, { nowMs }) {
      const { ttl, erased, answer, request_hash } = item;
      if (isPast(ttl, nowMs)) return [];
      const isKept = typeof request_hash === 'string' && openSealed(undefined, answer, '').kind === 'closed';
      return [
        ...faultIf(!Number.isInteger(ttl), 'it has no end'),
        ...faultIf(erased === true && answer !== undefined, 'it was erased, and its answer is still there'),
        ...faultIf(erased !== true && !isKept, 'its answer is not sealed, or belongs to no request'),
      ];
    },
  },
  {
    name: 'answer-opens',
    promise: 'Every stored answer opens with the present data key, and names what exists.',
    repair: REPAIRS.key,
    on: ['answer'],
    faults({ owner, pk, item }, look, { vault, nowMs }) {
      if (isPast(item['ttl'], nowMs) || item['erased'] === true) return [];
      const opened = openSealed(vault, item['answer'], pk);
      if (opened.kind === 'fault') return [`its answer ${opened.what}`];
      if (opened.kind === 'closed' || owner.startsWith('@')) return [];
      const missing = idsIn(JSON.parse(opened.text)).filter((id) => look(keys.address(owner, id)) === undefined);
      return faultIf(missing.length > 0, 'its answer names something that does not exist');
    },
  },
  {
    name: 'answer-listed',
    promise: 'Every listed answer exists, so that an erasure finds what it has to erase.',
    repair: REPAIRS.remove,
    on: ['listed-answer'],
    faults({ owner, sk, item }, look, { nowMs }) {
      if (isPast(item['ttl'], nowMs)) return [];
      const once = { pk: sk.slice('answer#'.length), sk: 'once' };
      const twin = answerKeys.customerAnswer(owner, String(item['partition']), once.pk);
      return [
        ...faultIf(look(once)?.['ttl'] !== item['ttl'], 'the answer does not exist'),
        ...faultIf(look(twin) === undefined, 'the list of its customer does not have it'),
      ];
    },
  },
];
