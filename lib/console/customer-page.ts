import { html } from 'hono/html';
import { isRefusal, type Refusal } from '../domain/refusal.ts';
import type { CustomerView } from '../api/schemas/customer.ts';
import { getCustomer } from '../queries/get-customer.ts';
import type { Act } from './act.ts';
import { actsOn, findAct } from './acts.ts';
import { CUSTOMER_FILE } from './customer-file.ts';
import { actForm } from './forms.ts';
import { licensesTable } from './licenses-table.ts';
import { apiCall, nextPage, table, when, type Html } from './parts.ts';
import type { PageInput } from './page-input.ts';
import { mayDo, type Typed } from './perform.ts';

const ON_PAGE = 25;

/** A customer with license keys and licenses. */
export async function customerPage(input: PageInput): Promise<{ title: string; body: Html } | Refusal> {
  const { ctx, id, own, failed, query } = input;
  const found = await getCustomer(ctx, { customer_id: id, limit: ON_PAGE, cursor: query['licenses'] });
  if (isRefusal(found)) return found;
  const customer = found.body;
  const done = query['done'] === undefined ? undefined : findAct('customers', query['done']);
  const acts = actsFor(customer).filter((act) => mayDo(own.role, act));
  const action = `/console/customers/${id}`;
  const keyRows = customer.license_keys.map(
    ({ id: keyId, key, created_at }) =>
      html`<tr>
        <td>
          <a href="/console/license-keys/${keyId}"><code>${key}</code></a>
        </td>
        <td>${when(created_at)}</td>
      </tr>`,
  );
  const body = html`
    ${done === undefined ? '' : html`<section class="done" role="status">${done.done}</section>`}
    ${customerFacts(customer, own.brand.name)}
    <section aria-labelledby="licenses">
      <h2 id="licenses">Licenses</h2>
      ${licensesTable(customer.licenses)} ${nextPage(input, 'licenses', customer.next_cursor, 'More licenses')}
    </section>
    <section aria-labelledby="keys">
      <h2 id="keys">License keys</h2>
      ${table('License keys', ['Key', 'Made'], keyRows)}
    </section>
    ${
      acts.length === 0
        ? ''
        : html`<section class="acts" aria-labelledby="acts">
            <h2 id="acts">Acts</h2>
            ${acts.map((act) => actForm(act, { action, values: valuesFor(act, customer), failed }))}
          </section>`
    }
    ${
      mayDo(own.role, CUSTOMER_FILE)
        ? html`<p><a href="/console/customers/${id}/export">All data of this customer, as a file</a></p>`
        : ''
    }
    ${apiCall('GET', `/api/v1/brand/customers/${id}`)}
  `;
  return { title: customer.email, body };
}

/** An erased customer has one act left: to go on, if one request did not erase everything. */
function actsFor({ erased_at }: CustomerView): readonly Act[] {
  const all = actsOn('customers');
  if (erased_at === null) return all;
  return all.flatMap((act) => (act.unfinished === undefined ? [] : [{ ...act, ...GO_ON }]));
}

const GO_ON: Pick<Act, 'title' | 'effect' | 'fields'> = {
  title: 'Go on with the erasure',
  effect: 'Needed only if an erasure was not finished, as its page then states. Type the address that was erased.',
  fields: [{ name: 'email', label: 'Erased e-mail address', kind: 'email', required: true }],
};

/** The address of the erasure stands in its form; that of a change is typed. */
const valuesFor = (act: Act, { email, erased_at }: CustomerView): Typed =>
  act.name === 'erase' && erased_at === null ? { email } : {};

const customerFacts = (customer: CustomerView, brand: string): Html => html`
  <section aria-labelledby="customer">
    <h1 id="customer">${customer.email}</h1>
    <dl>
      <dt>Brand</dt>
      <dd>${brand}</dd>
      <dt>Since</dt>
      <dd>${when(customer.created_at)}</dd>
      ${
        customer.erased_at === null
          ? ''
          : html`<dt>Erased</dt>
              <dd>${when(customer.erased_at)}</dd>`
      }
      <dt>Id</dt>
      <dd><code>${customer.id}</code></dd>
    </dl>
  </section>
`;
