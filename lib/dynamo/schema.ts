/**
 * Defines the table for the data stack and the local engine. Before a change, read docs/access-patterns.md and
 * docs/deploy.md: a deploy can change one index only.
 */
export const tableSchema = {
  partitionKey: 'pk',
  sortKey: 'sk',
  timeToLive: 'ttl',
  stream: 'NEW_AND_OLD_IMAGES',
  indexes: [
    { name: 'by_group', partitionKey: 'group_pk', sortKey: 'group_sk' },
    { name: 'by_due', partitionKey: 'due_pk', sortKey: 'due_sk' },
  ],
} as const;

export type IndexName = (typeof tableSchema.indexes)[number]['name'];

/** The key of an item. */
export type Key = { pk: string; sk: string };
