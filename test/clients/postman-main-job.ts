/** A call of the collection's first folder: it must succeed, and later calls use the variables that it takes. */
export type MainJobStep = {
  operation: string;
  name: string;
  query?: Readonly<Record<string, string>>;
  body?: Record<string, unknown>;
  /** Variables, by the path in the answer at which each stands. */
  takes?: Readonly<Record<string, string>>;
  /** Values that the answer must have. */
  shows?: Readonly<Record<string, string | number>>;
};

const site = {
  license_key: '{{license_key}}',
  product: 'wp-rocket',
  instance_identifier: 'https://{{$randomUUID}}.example',
};
const sold = { license_key: '{{license_key}}', product: 'wp-rocket' };

export const MAIN_JOB: readonly MainJobStep[] = [
  {
    operation: 'provision_licenses',
    name: 'Sell a license',
    body: {
      customer_email: 'postman-{{$timestamp}}@example.com',
      products: ['wp-rocket'],
      max_seats: 2,
      license_key: 'new',
    },
    takes: {
      license_key: 'license_key.key',
      license_key_id: 'license_key.id',
      license_id: 'licenses[0].id',
    },
  },
  {
    operation: 'activate_license',
    name: 'Activate it for a site',
    body: site,
    takes: { activation_id: 'activation_id' },
    shows: { seats_used: 1 },
  },
  { operation: 'check_license_by_post', name: 'Check it', body: sold, shows: { code: 'valid' } },
  { operation: 'get_license', name: 'Read it', takes: { customer_id: 'customer_id' }, shows: { status: 'valid' } },
  { operation: 'renew_license', name: 'Renew it', body: { extend_by: 'P1Y' }, shows: { status: 'valid' } },
  { operation: 'deactivate_activation', name: 'Free its seat', shows: { status: 'deactivated' } },
  { operation: 'cancel_license', name: 'Refund it', body: { reason: 'refunded' }, shows: { status: 'cancelled' } },
  { operation: 'check_license_by_post', name: 'Check it after the refund', body: sold, shows: { code: 'cancelled' } },
  { operation: 'list_brands', name: 'List the brands', takes: { brand_id: 'brands[0].id' } },
];
