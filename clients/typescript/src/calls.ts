import type { paths } from './openapi.ts';

/** The calls of the OpenAPI document: the table does not compile with any other. */
type CallName = { [Path in keyof paths]: `${Uppercase<keyof paths[Path] & string>} ${Path}` }[keyof paths];

/**
 * Every call of the client, as method and path. Types, arguments and pages all follow from this table and from the
 * types of the OpenAPI document; a call whose name begins with `list` or `search` answers pages.
 */
export const calls = {
  /** The calls of a plugin or an app, which need no API key. */
  product: {
    activate: 'POST /api/v1/product/licenses/activate',
    check: 'POST /api/v1/product/licenses/check',
    deactivate: 'POST /api/v1/product/licenses/deactivate',
    move: 'POST /api/v1/product/licenses/move',
    seats: 'GET /api/v1/product/licenses/seats',
    latestRelease: 'POST /api/v1/product/releases/latest',
  },
  licenses: {
    provision: 'POST /api/v1/brand/licenses/provision',
    list: 'GET /api/v1/brand/licenses',
    get: 'GET /api/v1/brand/licenses/{license_id}',
    count: 'GET /api/v1/brand/licenses/count',
    update: 'PATCH /api/v1/brand/licenses/{license_id}',
    explain: 'GET /api/v1/brand/licenses/{license_id}/explain',
    renew: 'POST /api/v1/brand/licenses/{license_id}/renew',
    suspend: 'POST /api/v1/brand/licenses/{license_id}/suspend',
    resume: 'POST /api/v1/brand/licenses/{license_id}/resume',
    cancel: 'POST /api/v1/brand/licenses/{license_id}/cancel',
    transfer: 'POST /api/v1/brand/licenses/{license_id}/transfer',
    listEvents: 'GET /api/v1/brand/licenses/{license_id}/events',
    listActivations: 'GET /api/v1/brand/licenses/{license_id}/activations',
    deactivate: 'DELETE /api/v1/brand/licenses/{license_id}/activations/{activation_id}',
    restoreActivation: 'POST /api/v1/brand/licenses/{license_id}/activations/{activation_id}/restore',
    /** Calls with an API key of the platform, about licenses of all brands. */
    search: 'GET /api/v1/admin/licenses',
  },
  licenseKeys: {
    get: 'GET /api/v1/brand/license-keys/{license_key_id}',
    rotate: 'POST /api/v1/brand/license-keys/{license_key_id}/rotate',
  },
  customers: {
    list: 'GET /api/v1/brand/customers',
    get: 'GET /api/v1/brand/customers/{customer_id}',
    update: 'PATCH /api/v1/brand/customers/{customer_id}',
    erase: 'POST /api/v1/brand/customers/erase',
    export: 'GET /api/v1/brand/customers/export',
  },
  products: {
    create: 'POST /api/v1/brand/products',
    list: 'GET /api/v1/brand/products',
    get: 'GET /api/v1/brand/products/{product}',
    update: 'PATCH /api/v1/brand/products/{product}',
  },
  releases: {
    create: 'POST /api/v1/brand/products/{product}/releases',
    list: 'GET /api/v1/brand/products/{product}/releases',
    get: 'GET /api/v1/brand/products/{product}/releases/{release_id}',
    update: 'PATCH /api/v1/brand/products/{product}/releases/{release_id}',
    upload: 'POST /api/v1/brand/products/{product}/releases/{release_id}/upload',
    publish: 'POST /api/v1/brand/products/{product}/releases/{release_id}/publish',
    yank: 'POST /api/v1/brand/products/{product}/releases/{release_id}/yank',
  },
  bundles: {
    create: 'POST /api/v1/brand/bundles',
    list: 'GET /api/v1/brand/bundles',
    update: 'PATCH /api/v1/brand/bundles/{bundle}',
    delete: 'DELETE /api/v1/brand/bundles/{bundle}',
  },
  apiKeys: {
    create: 'POST /api/v1/brand/api-keys',
    list: 'GET /api/v1/brand/api-keys',
    rotate: 'POST /api/v1/brand/api-keys/{api_key_id}/rotate',
    revoke: 'DELETE /api/v1/brand/api-keys/{api_key_id}',
  },
  events: {
    list: 'GET /api/v1/brand/events',
    listDeliveries: 'GET /api/v1/brand/events/{event_id}/deliveries',
    /** Calls with an API key of the platform, about events of all brands. */
    search: 'GET /api/v1/admin/events',
  },
  webhookEndpoints: {
    create: 'POST /api/v1/brand/webhook-endpoints',
    list: 'GET /api/v1/brand/webhook-endpoints',
    get: 'GET /api/v1/brand/webhook-endpoints/{endpoint_id}',
    update: 'PATCH /api/v1/brand/webhook-endpoints/{endpoint_id}',
    delete: 'DELETE /api/v1/brand/webhook-endpoints/{endpoint_id}',
    pause: 'POST /api/v1/brand/webhook-endpoints/{endpoint_id}/pause',
    resume: 'POST /api/v1/brand/webhook-endpoints/{endpoint_id}/resume',
    rotateSecret: 'POST /api/v1/brand/webhook-endpoints/{endpoint_id}/rotate-secret',
    test: 'POST /api/v1/brand/webhook-endpoints/{endpoint_id}/test',
    replay: 'POST /api/v1/brand/webhook-endpoints/{endpoint_id}/replay',
    listDeliveries: 'GET /api/v1/brand/webhook-endpoints/{endpoint_id}/deliveries',
    redeliver: 'POST /api/v1/brand/webhook-endpoints/{endpoint_id}/deliveries/{delivery_id}/redeliver',
  },
  imports: {
    create: 'POST /api/v1/brand/imports',
    list: 'GET /api/v1/brand/imports',
    get: 'GET /api/v1/brand/imports/{import_id}',
    listRows: 'GET /api/v1/brand/imports/{import_id}/rows',
    run: 'POST /api/v1/brand/imports/{import_id}/run',
    cancel: 'POST /api/v1/brand/imports/{import_id}/cancel',
    undo: 'POST /api/v1/brand/imports/{import_id}/undo',
  },
  exports: {
    create: 'POST /api/v1/brand/exports',
    list: 'GET /api/v1/brand/exports',
    get: 'GET /api/v1/brand/exports/{export_id}',
  },
  analytics: {
    get: 'GET /api/v1/brand/analytics',
  },
  /** The calls below need an API key of the platform. */
  brands: {
    create: 'POST /api/v1/admin/brands',
    list: 'GET /api/v1/admin/brands',
    get: 'GET /api/v1/admin/brands/{brand_id}',
    update: 'PATCH /api/v1/admin/brands/{brand_id}',
  },
  brandProducts: {
    create: 'POST /api/v1/admin/brands/{brand_id}/products',
    list: 'GET /api/v1/admin/brands/{brand_id}/products',
    get: 'GET /api/v1/admin/brands/{brand_id}/products/{product}',
    update: 'PATCH /api/v1/admin/brands/{brand_id}/products/{product}',
  },
  brandBundles: {
    create: 'POST /api/v1/admin/brands/{brand_id}/bundles',
    list: 'GET /api/v1/admin/brands/{brand_id}/bundles',
    update: 'PATCH /api/v1/admin/brands/{brand_id}/bundles/{bundle}',
    delete: 'DELETE /api/v1/admin/brands/{brand_id}/bundles/{bundle}',
  },
  brandApiKeys: {
    create: 'POST /api/v1/admin/brands/{brand_id}/api-keys',
    list: 'GET /api/v1/admin/brands/{brand_id}/api-keys',
    rotate: 'POST /api/v1/admin/brands/{brand_id}/api-keys/{api_key_id}/rotate',
    revoke: 'DELETE /api/v1/admin/brands/{brand_id}/api-keys/{api_key_id}',
  },
  platformKeys: {
    create: 'POST /api/v1/admin/api-keys',
    list: 'GET /api/v1/admin/api-keys',
    rotate: 'POST /api/v1/admin/api-keys/{api_key_id}/rotate',
    revoke: 'DELETE /api/v1/admin/api-keys/{api_key_id}',
  },
  settings: {
    get: 'GET /api/v1/admin/settings',
    update: 'PATCH /api/v1/admin/settings',
  },
  service: {
    health: 'GET /health',
    ready: 'GET /ready',
  },
} as const satisfies Record<string, Record<string, CallName>>;
