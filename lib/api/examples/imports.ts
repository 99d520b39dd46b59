export const IMPORT_ID = '01938c70-1000-7a2b-8c3d-4e5f60718b01';

export const importJob = {
  id: IMPORT_ID,
  name: 'Old shop',
  format: 'csv',
  preset: 'edd',
  mode: 'dry_run',
  on_conflict: 'skip',
  emit_events: false,
  rows_per_second: 500,
  state: 'tried',
  counts: { rows: 10_000, created: 9_998, updated: 0, unchanged: 1, failed: 1 },
  progress: { percent: 100, rows_per_second: 812.4, seconds_left: 0 },
  estimate: { seconds: 20, items: 100_013, write_units: 215_024, usd: 0.14 },
  undone: null,
  problem: null,
  created_at: '2026-11-23T10:00:00Z',
  started_at: '2026-11-23T10:00:02Z',
  finished_at: '2026-11-23T10:00:14Z',
} as const;

const waiting = {
  ...importJob,
  state: 'waiting_for_file',
  counts: { rows: 0, created: 0, updated: 0, unchanged: 0, failed: 0 },
  progress: { percent: 0, rows_per_second: 0, seconds_left: null },
  estimate: null,
  started_at: null,
  finished_at: null,
} as const;

export const waitingImport = {
  ...waiting,
  upload: {
    url: 'https://files.example.com/imports/WPR/01938c70?X-Amz-Signature=…',
    method: 'PUT',
    headers: {},
    expires_at: '2026-11-23T11:00:00Z',
  },
} as const;

export const reportedRow = {
  line: 217,
  outcome: 'failed',
  code: 'product_unknown',
  field: 'licenses/0/product',
  message: 'The brand has no product “wp-roket”. Do you mean “wp-rocket”?',
} as const;

/** A file of one key, as a request may have it. */
export const FILE =
  'License Key,License Status,Customer Email,Product Name,Expiration Date,Activation Limit,Activated URLs\n' +
  'a1b2c3d4e5f6a7b8c9d0,active,ann@example.com,wp-rocket,2099-12-31 23:59:59,3,https://ann.example\n';
