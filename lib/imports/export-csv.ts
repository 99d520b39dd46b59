import type { ExportedKey } from './export-rows.ts';

/** The columns of the preset `own`, which read all that NDJSON has. */
export const CSV_COLUMNS = [
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
  'deactivated_at',
  'kind',
  'instance_metadata',
  'duration',
  'expiry_day',
  'vacated',
  'moves',
  'metadata',
  'policy',
  'per_customer',
  'key_created_at',
  'customer_created_at',
] as const;

/** A line for each site of a key, and one for a license without any. */
export function csvLines({ licenses, created_at: key_created_at, ...key }: ExportedKey): string[] {
  return licenses.flatMap(({ activations, ...license }) => {
    const seats = activations.length === 0 ? [undefined] : activations;
    return seats.map((seat) => {
      const { metadata: instance_metadata, ...site } = seat ?? {};
      const fields: Record<string, unknown> = { ...key, key_created_at, ...license, ...site, instance_metadata };
      return CSV_COLUMNS.map((name) => quoteCell(fields[name])).join(',');
    });
  });
}

/** Quotes a cell whose text would otherwise be several. */
function quoteCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /[",\r\n;\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
