import { html } from 'hono/html';
import type { LicenseEntry } from '../api/schemas/license.ts';
import { badge, table, when, type Html } from './parts.ts';

/** Licenses in a list, each with the way to its page. `site` is explained there. */
export function licensesTable(licenses: readonly LicenseEntry[], site?: string): Html {
  const query = site === undefined ? '' : `?${new URLSearchParams({ instance: site }).toString()}`;
  const rows = licenses.map(
    (license) =>
      html`<tr>
        <td><a href="/console/licenses/${license.id}${query}">${license.product.name}</a></td>
        <td>${badge(license.status)}</td>
        <td>${license.license_key.customer_email}</td>
        <td>${license.seats_used} of ${license.seat_limit ?? 'unlimited'}</td>
        <td>${when(license.expires_at)}</td>
        <td>${license.brand.slug}</td>
      </tr>`,
  );
  return table('Licenses', ['Product', 'Status', 'Customer', 'Seats', 'Expires', 'Brand'], rows);
}
