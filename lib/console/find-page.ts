import { html } from 'hono/html';
import { buildProblem } from '../http/common-problems.ts';
import { problems } from '../http/problems.ts';
import { readBrands, type PersonBrand } from './brands.ts';
import type { PageContext } from './call.ts';
import { findAnything, listCriteria, type Found } from './find.ts';
import { actForm, type FailedForm } from './forms.ts';
import { searchBox } from './layout.ts';
import { licensesTable } from './licenses-table.ts';
import { apiCall, table, TO_FILL_IN, type Html } from './parts.ts';
import { CREATE_BRAND } from './platform-acts.ts';
import { sendPage, type Shell } from './respond.ts';
import type { Person } from './session.ts';

/** The first page: the box, and the person's brands. */
export async function homePage(c: PageContext, shell: Shell): Promise<Response> {
  const person = c.get('person');
  return sendPage(c, shell, homeContent(person, await readBrands(c.get('call'), person)));
}

/** The platform team also makes brands here. */
export function homeContent(
  { roles }: Person,
  brands: readonly PersonBrand[],
  failed?: FailedForm,
): { title: string; body: Html } {
  const state = { action: '/console/brands', failed };
  const body = html`
    <section aria-labelledby="start">
      <h1 id="start">What does the customer write about?</h1>
      <p>
        Paste an e-mail address, a license key (whole, masked or its last four characters), a site in any spelling, an
        order number or an id into the box above.
      </p>
    </section>
    ${brandList(brands)}
    ${
      roles.everywhere === undefined
        ? ''
        : html`<section class="acts" aria-labelledby="acts">
            <h2 id="acts">Acts</h2>
            ${actForm(CREATE_BRAND, state)}
          </section>`
    }
    ${roles.everywhere === undefined ? searchCall('email') : apiCall('GET', '/api/v1/admin/brands')}
  `;
  return { title: 'Start', body };
}

function brandList(brands: readonly PersonBrand[]): Html {
  const rows = brands.map(
    ({ brand, role }) =>
      html`<tr>
        <td><a href="/console/brands/${brand.slug}">${brand.name}</a></td>
        <td>${brand.slug}</td>
        <td>${role}</td>
        <td>${brand.status}</td>
      </tr>`,
  );
  return html`<section aria-labelledby="brands">
    <h2 id="brands">Your brands</h2>
    ${table('Your brands', ['Brand', 'Slug', 'Your role', 'Status'], rows)}
  </section>`;
}

/** A refused call changes nothing, so only the logs have it. */
const logQuery = (requestId: string): Html => html`
  <p>If this is the id of a request that was refused, the platform team finds it in the logs by this query:</p>
  <pre tabindex="0"><code>fields @timestamp, route, status, code | filter request_id = "${requestId}"</code></pre>
`;

/** The text itself stands in no page that leads somewhere else: it may be a key or an e-mail address. */
const searchCall = (criterion: string): Html =>
  apiCall('GET', '/api/v1/brand/licenses', { query: { [criterion]: TO_FILL_IN } });

/** Leads to the page of the only thing that was found, or lists what was found. */
export async function findPage(c: PageContext, shell: Shell): Promise<Response> {
  const call = c.get('call');
  const person = c.get('person');
  const { q } = await c.req.parseBody();
  const text = typeof q === 'string' ? q.slice(0, 1024) : '';
  const brands = await readBrands(call, person);
  const found: Found =
    text.trim() === '' ? { kind: 'nothing', refusal: undefined } : await findAnything(call, person, brands, text);
  if (found.kind === 'page') return c.redirect(found.address, 303);
  if (found.kind === 'list') {
    const body = html`<section aria-labelledby="found">
        <h1 id="found">${found.licenses.length} licenses</h1>
        ${licensesTable(found.licenses, found.site)}
      </section>
      ${searchCall(found.by)}`;
    return sendPage(c, shell, { title: 'Found', body });
  }
  const { refusal, requestId } = found;
  const detail = refusal === undefined ? undefined : buildProblem(problems, refusal, c.get('requestId')).detail;
  const body = html`<section class="problem">
    <h1>Nothing found</h1>
    <p role="alert">${detail ?? 'None of your brands has anything like this. Check it for typing errors.'}</p>
    ${searchBox(text, 'retry')} ${requestId === undefined ? '' : logQuery(requestId)}
    ${[...new Set(listCriteria(text))].map(searchCall)}
  </section>`;
  return sendPage(c, shell, { title: 'Nothing found', body }, 404);
}
