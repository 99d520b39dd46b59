import { isDue } from '../../domain/time.ts';
import { parseApiKeyItem } from '../../table/api-keys.ts';
import { keys, listKeys } from '../../table/keys.ts';
import { faultIf, REPAIRS, type Rule } from '../rule.ts';

export const apiKeyRules: readonly Rule[] = [
  {
    name: 'api-key-listed',
    promise: 'Every API key that works is in the list of its owner.',
    repair: REPAIRS.revoke,
    on: ['api-key'],
    faults({ owner, name, item }, look) {
      const { id, text_hash, next_hash } = parseApiKeyItem(item);
      const listed = look(listKeys.apiKeyInList(owner, id));
      return [
        ...faultIf(text_hash !== name, 'it lies at the text of another key'),
        ...faultIf(listed === undefined, 'its owner’s list does not have it'),
        ...faultIf(
          listed !== undefined && next_hash === undefined && listed['text_hash'] !== text_hash,
          'its owner’s list names another text, and this one works',
        ),
      ];
    },
  },
  {
    name: 'api-key-list',
    promise: 'Every entry in the list of API keys leads to the present text of that key.',
    repair: REPAIRS.restore,
    on: ['api-key-in-list'],
    faults({ owner, sk, item }, look) {
      const apiKey = look(keys.apiKey(owner, String(item['text_hash'])));
      if (apiKey?.['id'] !== sk.slice('api-key#'.length)) return ['its key does not exist'];
      return faultIf(apiKey['next_hash'] !== undefined, 'it leads to a text that was replaced');
    },
  },
  {
    name: 'api-key-replaced',
    promise: 'A replaced text of an API key has an end, leads to its successor, and stops at the next replacement.',
    repair: REPAIRS.revoke,
    on: ['api-key'],
    faults({ owner, item }, look, { nowMs }) {
      const { id, text_hash, next_hash, expires_at, revoked_at } = parseApiKeyItem(item);
      if (next_hash === undefined) return [];
      const found = look(keys.apiKey(owner, next_hash));
      const next = found && parseApiKeyItem(found);
      if (next?.id !== id || next.previous_hash !== text_hash) return ['its successor does not exist'];
      const works = revoked_at === null && !(expires_at !== null && isDue(expires_at, nowMs));
      return [
        ...faultIf(expires_at === null, 'it was replaced, and has no end'),
        ...faultIf(works && next.next_hash !== undefined, 'it was replaced twice, and still works'),
      ];
    },
  },
  {
    name: 'api-key-revoked',
    promise: 'No text of a revoked API key works, and its history says that it was revoked.',
    repair: REPAIRS.revoke,
    on: ['api-key'],
    faults({ owner, item }, look, { nowMs }) {
      const { id, seq, revoked_at, previous_hash, next_hash } = parseApiKeyItem(item);
      const found = previous_hash === undefined ? undefined : look(keys.apiKey(owner, previous_hash));
      const previous = found && parseApiKeyItem(found);
      const previousWorks =
        previous?.revoked_at === null && !(previous.expires_at !== null && isDue(previous.expires_at, nowMs));
      const last = look(keys.journal(owner, id, seq));
      const isPresent = next_hash === undefined;
      const isRevoked = last?.['type'] === 'api_key.revoked';
      return [
        ...faultIf(revoked_at !== null && previousWorks, 'it was revoked, and its previous text works'),
        ...faultIf(isPresent && isRevoked && revoked_at === null, 'its history revoked it, and it works'),
        ...faultIf(
          isPresent && last !== undefined && !isRevoked && revoked_at !== null,
          'its history did not revoke it',
        ),
      ];
    },
  },
];
