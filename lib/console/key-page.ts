import { html } from 'hono/html';
import { isRefusal, type Refusal } from '../domain/refusal.ts';
import { getLicenseKey } from '../queries/get-license-key.ts';
import { actsOn } from './acts.ts';
import { actForm } from './forms.ts';
import { licensesTable } from './licenses-table.ts';
import { apiCall, when, type Html } from './parts.ts';
import type { PageInput } from './page-input.ts';
import { mayDo } from './perform.ts';

/** A license key with its licenses. The whole text is shown only by an act. */
export async function keyPage(input: PageInput): Promise<{ title: string; body: Html } | Refusal> {
  const { ctx, id, own, failed, shown } = input;
  const found = await getLicenseKey(ctx, { license_key_id: id });
  if (isRefusal(found)) return found;
  const key = found.body;
  const secret =
    shown === undefined
      ? ''
      : html`<section class="done" role="status">
          <p>${shown.done}</p>
          <p><code class="secret">${shown.secret}</code></p>
        </section>`;
  const body = html`
    ${secret}
    <section aria-labelledby="key">
      <h1 id="key">License key <code>${key.key}</code></h1>
      <dl>
        <dt>Customer</dt>
        <dd><a href="/console/customers/${key.customer_id}">${key.customer_email}</a></dd>
        <dt>Made</dt>
        <dd>${when(key.created_at)}</dd>
        <dt>Id</dt>
        <dd><code>${key.id}</code></dd>
      </dl>
    </section>
    <section aria-labelledby="licenses">
      <h2 id="licenses">Licenses</h2>
      ${licensesTable(key.licenses)}
    </section>
    <section class="acts" aria-labelledby="acts">
      <h2 id="acts">Acts</h2>
      ${actsOn('license-keys')
        .filter((act) => mayDo(own.role, act))
        .map((act) => actForm(act, { action: `/console/license-keys/${id}`, failed }))}
    </section>
    ${apiCall('GET', `/api/v1/brand/license-keys/${id}`)}
  `;
  return { title: `License key ${key.key}`, body };
}
