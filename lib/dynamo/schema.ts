/**
 * The table's definition, shared by the stack and the local engine. A change here needs a look at
 * docs/access-patterns.md and at the deploy notes: one index change per deploy.
 */
export const tableSchema = {
  partitionKey: 'pk',
  sortKey: 'sk',
  timeToLive: 'ttl',
  indexes: [
    { name: 'by_group', partitionKey: 'group_pk', sortKey: 'group_sk' },
    { name: 'by_due', partitionKey: 'due_pk', sortKey: 'due_sk' },
  ],
} as const;

export type IndexName = (typeof tableSchema.indexes)[number]['name'];

/** The key of an item. */
export type Key = { pk: string; sk: string };
