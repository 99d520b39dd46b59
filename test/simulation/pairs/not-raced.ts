/** Writing routes that are in no pair, each for one of these reasons. */
export const REASONS = {
  same: 'It is the verb of another route, which is raced, with its owner named in another way.',
  notes: 'It notes when a site was seen, and counts calls: two of them meet on nothing that either decides on.',
} as const;

export const NOT_RACED: Readonly<Record<string, keyof typeof REASONS>> = {
  create_product: 'same',
  update_product: 'same',
  create_bundle: 'same',
  update_bundle: 'same',
  delete_bundle: 'same',
  admin_create_api_key: 'same',
  admin_rotate_api_key: 'same',
  admin_revoke_api_key: 'same',
  edd_by_post: 'same',
  check_license: 'notes',
  check_license_by_post: 'notes',
  list_seats: 'notes',
  latest_release: 'notes',
  latest_release_by_post: 'notes',
  plugin_update: 'notes',
  changelog: 'notes',
  composer_package: 'notes',
  composer_dist: 'notes',
};

/** Functions that no route calls, and that are in no pair. */
export const JOBS_NOT_RACED: Readonly<Record<string, string>> = {
  'relay-journal': 'The stream gives each shard to one call at a time. Seeds repeat, delay and reorder its batches.',
  'fan-out-event': 'Seeds repeat and reorder its messages.',
  'deliver-webhook': 'Seeds repeat and reorder its messages.',
  'audit-segment': 'It reads.',
};
