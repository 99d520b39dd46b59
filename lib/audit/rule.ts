import type { Item } from '../dynamo/table.ts';
import type { Key } from '../dynamo/schema.ts';
import type { Vault } from '../process/vault.ts';
import type { Kind, Stored } from './kinds.ts';

/** Finds another item of the table. What was not read yet is undefined, and the rule runs again once it was. */
export type Look = (key: Key) => Item | undefined;

export type RuleContext = {
  nowMs: number;
  /** Set when the operator asked to open secrets. */
  vault: Vault | undefined;
};

/** One promise of the table. A rule is pure, and is run for each item of its kinds. */
export type Rule = {
  name: string;
  /** The state of a table that is whole, as one sentence. */
  promise: string;
  /** The next step of an operator. */
  repair: string;
  on: readonly Kind[];
  /** The faults of an item, as sentences without personal data; empty when the promise is kept. */
  faults: (stored: Stored, look: Look, ctx: RuleContext) => readonly string[];
};

/** A broken promise, as the report shows it. */
export type Violation = {
  rule: string;
  what: string;
  pk: string;
  sk: string;
  /** The ids of the license, license key, API key, customer or other thing that is concerned. */
  ids: Record<string, string>;
  /** The last time at which the item is known to have changed. */
  since: string | null;
  repair: string;
};

/** One fault for a sentence whose condition holds. */
export const faultIf = (isWrong: boolean, what: string): string[] => (isWrong ? [what] : []);

export const REPAIRS = {
  restore:
    'Read the history of this id (npm run admin, or GET …/events), find the change that broke it, and restore the ' +
    'item from the table’s point-in-time recovery (docs/runbook.md).',
  archive:
    'Bring back the older version of the object in the bucket of histories (docs/archive.md), or restore the entries ' +
    'from a backup of the table.',
  recount: 'Compare the sites with the counter, and correct the counter under the license’s seq.',
  remove: 'Nothing leads here. Keep a copy, and remove the item once its owner is known.',
  revoke: 'Revoke the API key now, and find out what was called with it since.',
  erase: 'Repeat the erasure of this customer (POST /api/v1/brand/customers/erase).',
  key: 'Find the data key that this was sealed with. Never replace the data key while anything is sealed with it.',
} as const;
