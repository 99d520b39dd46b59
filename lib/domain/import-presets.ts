/** A field of a row that one column of a flat file can hold. */
export const ROW_FIELDS = [
  'license_key',
  'customer_email',
  'product',
  'status',
  'seat_limit',
  'expires_at',
  'created_at',
  'external_id',
  'starts_on_activation',
  'instance',
  'instance_type',
  'activated_at',
  'last_checked_at',
  'instances',
  'duration',
  'expiry_day',
  'vacated',
  'moves',
  'metadata',
  'policy',
  'per_customer',
  'key_created_at',
  'customer_created_at',
  'kind',
  'deactivated_at',
  'instance_metadata',
] as const;
export type RowField = (typeof ROW_FIELDS)[number];

export type ImportedStatus = 'valid' | 'expired' | 'suspended' | 'cancelled';

/** An export of another product: names of columns, words and special values. All words are compared in lower case. */
export type Preset = {
  /** The columns of each field, the first that the file has counts. A JSON path is written with dots. */
  columns: Readonly<Partial<Record<RowField, readonly string[]>>>;
  statuses: Readonly<Record<string, ImportedStatus>>;
  /** Values of the expiry that mean for life, beside an empty one. */
  forLife: readonly string[];
  /** Values of the seat limit that mean unlimited. */
  unlimited: readonly string[];
  /** Columns that say by `1` or `true` that the license is suspended or cancelled, whatever its status. */
  flags?: Readonly<Record<string, 'suspended' | 'cancelled'>>;
  /** The columns whose values are kept as metadata, with the names that they get. */
  metadata?: Readonly<Record<string, string>>;
};

const OWN_STATUSES = { valid: 'valid', expired: 'expired', suspended: 'suspended', cancelled: 'cancelled' } as const;

/** docs/moving-in.md tells where the meaning of each column comes from. */
export const presets = {
  own: {
    columns: Object.fromEntries(ROW_FIELDS.map((field) => [field, [field]])),
    statuses: OWN_STATUSES,
    forLife: ['null'],
    unlimited: ['', 'null', 'unlimited'],
  },
  edd: {
    columns: {
      license_key: ['License Key', 'license_key', 'key'],
      customer_email: ['Customer Email', 'email'],
      product: ['Product Name', 'download_id', 'product'],
      status: ['License Status', 'status'],
      seat_limit: ['Activation Limit', 'activation_limit'],
      expires_at: ['Expiration Date', 'expiration'],
      created_at: ['Purchase Date', 'date_created'],
      instances: ['Activated URLs', 'sites'],
    },
    statuses: { active: 'valid', inactive: 'valid', expired: 'expired', disabled: 'suspended' },
    forLife: ['0', 'lifetime', 'never'],
    unlimited: ['', '0', 'unlimited'],
    metadata: { 'License ID': 'edd_license_id', 'Price ID': 'edd_price_id' },
  },
  lmfwc: {
    columns: {
      license_key: ['license_key'],
      customer_email: ['customer_email', 'user_email', 'email'],
      product: ['product_id'],
      status: ['status'],
      seat_limit: ['times_activated_max'],
      expires_at: ['expires_at'],
      created_at: ['created_at'],
      instances: ['activated_urls'],
    },
    statuses: {
      '1': 'valid',
      '2': 'valid',
      '3': 'valid',
      '4': 'suspended',
      '5': 'suspended',
      sold: 'valid',
      delivered: 'valid',
      active: 'valid',
      inactive: 'suspended',
      disabled: 'suspended',
    },
    forLife: [],
    unlimited: ['', '0'],
    metadata: { id: 'lmfwc_license_id', order_id: 'order_id' },
  },
  wc_api_manager: {
    columns: {
      license_key: ['product_order_api_key', 'master_api_key'],
      customer_email: ['customer_email', 'user_email', 'billing_email'],
      product: ['product_id'],
      status: ['active'],
      seat_limit: ['activations_purchased_total'],
      expires_at: ['access_expires'],
      created_at: ['access_granted'],
      instances: ['object', 'activated_urls'],
    },
    statuses: { '1': 'valid', '0': 'suspended' },
    forLife: ['0'],
    unlimited: [],
    metadata: { api_resource_id: 'wc_am_resource_id', order_id: 'order_id' },
  },
  freemius: {
    columns: {
      license_key: ['secret_key'],
      customer_email: ['user_email', 'email', 'user.email'],
      product: ['plugin_id', 'product_id'],
      seat_limit: ['quota'],
      expires_at: ['expiration'],
      created_at: ['created'],
      instances: ['sites', 'urls'],
    },
    statuses: {},
    forLife: ['null'],
    unlimited: ['', 'null'],
    flags: { is_cancelled: 'cancelled' },
    metadata: { id: 'freemius_license_id', plan_id: 'freemius_plan_id' },
  },
  lemon_squeezy: {
    columns: {
      license_key: ['attributes.key', 'key', 'License Key'],
      customer_email: ['attributes.user_email', 'user_email', 'Customer Email'],
      product: ['attributes.product_id', 'product_id', 'Product'],
      status: ['attributes.status', 'status', 'Status'],
      seat_limit: ['attributes.activation_limit', 'activation_limit', 'Activation Limit'],
      expires_at: ['attributes.expires_at', 'expires_at', 'Expires At'],
      created_at: ['attributes.created_at', 'created_at', 'Created At'],
      instances: ['instances'],
    },
    statuses: { active: 'valid', inactive: 'valid', expired: 'expired', disabled: 'suspended' },
    forLife: ['null', 'never'],
    unlimited: ['', 'null', 'unlimited'],
    flags: { 'attributes.disabled': 'suspended', disabled: 'suspended' },
    metadata: { id: 'lemon_squeezy_id' },
  },
  keygen: {
    columns: {
      license_key: ['attributes.key', 'key'],
      customer_email: ['attributes.metadata.email', 'user.email', 'email'],
      product: ['relationships.product.data.id', 'product'],
      status: ['attributes.status', 'status'],
      seat_limit: ['attributes.maxMachines', 'maxMachines'],
      expires_at: ['attributes.expiry', 'expiry'],
      created_at: ['attributes.created', 'created'],
      instances: ['machines', 'fingerprints'],
    },
    statuses: {
      active: 'valid',
      inactive: 'valid',
      expiring: 'valid',
      expired: 'expired',
      suspended: 'suspended',
      banned: 'suspended',
    },
    forLife: ['null'],
    unlimited: ['', 'null'],
    flags: { 'attributes.suspended': 'suspended' },
    metadata: { id: 'keygen_license_id' },
  },
} as const satisfies Record<string, Preset>;
export type PresetName = keyof typeof presets;
export const PRESET_NAMES = Object.keys(presets) as PresetName[];

/** Keygen's machines are known by a fingerprint, all others by the URL of a site. */
export const FOREIGN_INSTANCE_TYPES: Readonly<Partial<Record<PresetName, string>>> = { keygen: 'machine_id' };
