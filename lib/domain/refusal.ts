/** Every refusal of the service, with the facts that a caller needs. `http/problems.ts` maps them to HTTP. */
export type RefusalFacts = {
  // credentials
  api_key_missing: None;
  license_key_required: None;
  api_key_invalid: None;
  api_key_expired: None;
  address_not_allowed: None;
  token_expired: None;
  wrong_kind_of_key: { required_kind: 'brand' | 'platform'; kind: 'brand' | 'platform' };
  scope_missing: { required_scope: string };
  scope_not_grantable: { scope: string };
  brand_suspended: None;
  // missing things
  license_not_found: None;
  license_key_not_found: None;
  license_key_replaced: None;
  activation_not_found: None;
  customer_not_found: None;
  api_key_not_found: None;
  brand_not_found: None;
  product_not_found: { product: string };
  bundle_not_found: { bundle: string };
  webhook_endpoint_not_found: None;
  delivery_not_found: None;
  release_not_found: None;
  import_not_found: None;
  export_not_found: None;
  route_not_found: None;
  method_not_allowed: { allowed: readonly string[] };
  // forbidden by the present state, or taken
  api_key_revoked: None;
  illegal_transition: { from: LicenseStatus; action: LicenseAction };
  not_extendable: None;
  stale_version: { etag: string };
  weak_etag: None;
  email_taken: None;
  customer_erased: None;
  answer_erased: None;
  slug_taken: { slug: string };
  edd_item_id_taken: { edd_item_id: number };
  key_prefix_taken: { key_prefix: string };
  external_id_taken: { external_id: string; license_key_id: string; license_ids: readonly string[] };
  product_held: { product: string; license_id: string };
  webhook_endpoint_stopped: { endpoint_status: string };
  replay_under_way: None;
  version_taken: { version: string; release_id: string };
  release_status_forbids: { release_status: 'draft' | 'published' | 'yanked'; action: ReleaseAction };
  package_not_ready: { package_state: 'waiting' | 'checking'; retry_after_seconds: number };
  import_not_in_state: { state: string; action: string };
  // refused by a rule
  license_expired: { expires_at: string };
  license_suspended: None;
  license_cancelled: None;
  seat_limit_reached: { seat_limit: number; seats_used: number; seats?: readonly ShownSeat[]; copy_of?: CopyOf };
  seat_moves_exhausted: { seat_moves_per_30_days: number; next_move_at: string | null };
  product_required: { products: readonly string[] };
  product_not_on_key: { products: readonly string[] };
  product_already_on_key: { product: string; license_id: string };
  license_key_of_another_customer: None;
  too_many_licenses_on_key: { maximum: number };
  expiry_in_the_past: { expiration_date: string };
  too_many_webhook_endpoints: { maximum: number };
  no_duration: None;
  too_many_matches: { maximum: number; key_prefix: string };
  idempotency_key_reused: None;
  package_refused: { errors: readonly FieldError[] };
  download_not_allowed: None;
  download_ended: None;
  // bad input
  bad_request: { errors: readonly FieldError[] };
  body_not_json: None;
  body_too_large: { maximum_bytes: number };
  unsupported_media_type: { supported: readonly string[] };
  cursor_invalid: None;
  grant_type_unsupported: { supported: readonly string[] };
  // temporary
  rate_limited: { retry_after_seconds: number };
  too_many_failures: { retry_after_seconds: number };
  busy: { retry_after_seconds: number };
  unavailable: { retry_after_seconds: number };
  internal_error: None;
};

/** A seat as the holder of a license key sees it; `instance` as the brand's settings say. */
export type ShownSeat = {
  activation_id: string;
  instance: string | null;
  kind: 'production' | 'staging' | 'local';
  activated_at: string;
  last_checked_at: string | null;
};
/** The seat of another instance, whose activation a caller holds. */
export type CopyOf = { activation_id: string; instance: string | null };

type LicenseStatus = 'valid' | 'expired' | 'suspended' | 'cancelled';
/** Actions that a status can forbid. */
export type LicenseAction = 'renew' | 'suspend' | 'resume' | 'change' | 'transfer';

export type ReleaseAction = 'upload' | 'publish' | 'yank' | 'change';

type None = Record<string, never>;

/**
 * A fault in the input. `pointer` is an RFC 6901 pointer into the body, `?name` for a query parameter, or a header's
 * name.
 */
export type FieldError = { pointer: string; message: string };

export type RefusalCode = keyof RefusalFacts;
/** A verb returns it instead of an answer; it is also an outcome of a try (`dynamo/outcome.ts`). */
export type Refusal<C extends RefusalCode = RefusalCode> = {
  [K in C]: { kind: 'refused'; code: K; facts: RefusalFacts[K] };
}[C];

export function refuse<C extends RefusalCode>(
  code: C,
  ...facts: RefusalFacts[C] extends None ? [] : [RefusalFacts[C]]
): Refusal<C> {
  return { kind: 'refused', code, facts: facts[0] ?? {} } as Refusal<C>;
}

export function isRefusal(value: unknown): value is Refusal {
  return (value as { kind?: unknown } | null | undefined)?.kind === 'refused';
}
