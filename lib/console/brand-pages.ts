import { html } from 'hono/html';
import { buildVersion } from '../commands/seen-version.ts';
import { isRefusal, type Refusal } from '../domain/refusal.ts';
import { actsOn, findAct } from './acts.ts';
import type { BrandNoun, Row } from './brand-noun.ts';
import { BRAND_NOUNS } from './brand-nouns.ts';
import { factsList, showValue } from './facts.ts';
import { actForm, prefill, slugIn } from './forms.ts';
import type { PageInput } from './page-input.ts';
import { apiCall, nextPage, table, TO_FILL_IN, type Html } from './parts.ts';
import { mayDo } from './perform.ts';
import { CREATE_BRAND, UPDATE_BRAND } from './platform-acts.ts';

type Made = { title: string; body: Html };

const ON_PAGE = 50;

/** True if a person may see the things of a kind. */
export const maySee = ({ own }: Pick<PageInput, 'own'>, noun: BrandNoun): boolean => mayDo(own.role, noun);

/** The parts of a brand that the person may see. */
const sections = (input: PageInput): Html =>
  html`<nav class="sections" aria-label="${input.own.brand.name}">
    <ul>
      <li><a href="/console/brands/${input.own.brand.slug}">${input.own.brand.name}</a></li>
      ${BRAND_NOUNS.filter((noun) => maySee(input, noun)).map(
        ({ noun, title }) => html`<li><a href="/console/brands/${input.own.brand.slug}/${noun}">${title}</a></li>`,
      )}
      <li><a href="/console/analytics?brand=${input.own.brand.slug}">Analytics</a></li>
    </ul>
  </nav>`;

/** A brand with its settings, and the way to its things. */
export function brandPage(input: PageInput): Made {
  const { brand, role } = input.own;
  const { id, name, slug, key_prefix, status, settings, created_at } = brand;
  const act = mayDo(role, UPDATE_BRAND) ? UPDATE_BRAND : undefined;
  const state = {
    action: `/console/brands/${slug}`,
    values: prefill(UPDATE_BRAND, brand),
    version: buildVersion(brand),
    failed: input.failed,
  };
  const done = [CREATE_BRAND, UPDATE_BRAND].find((known) => known.name === input.query['done'])?.done;
  const body = html`${sections(input)}
    ${done === undefined ? '' : html`<section class="done" role="status">${done}</section>`}
    <section aria-labelledby="brand">
      <h1 id="brand">${name}</h1>
      ${factsList({ slug, key_prefix, status, your_role: role, settings, created_at, id })}
    </section>
    ${actsPart(act === undefined ? [] : [actForm(act, state)])} ${apiCall('GET', `/api/v1/admin/brands/${id}`)}`;
  return { title: name, body };
}

/** The things of one kind, with the forms that make new ones. */
export async function listPage(input: PageInput, noun: BrandNoun): Promise<Made | Refusal> {
  const { ctx, own, query, failed } = input;
  const found = await noun.list(ctx, { limit: ON_PAGE, cursor: query['cursor'] }, query);
  if (isRefusal(found)) return found;
  const base = `/console/brands/${own.brand.slug}/${noun.noun}`;
  const rows = found.rows.map((row) => listRow(base, noun, row));
  const headings = noun.columns.map((column) => column.replaceAll('_', ' '));
  const makers = actsOn(noun.noun).filter((act) => act.creates === true && mayDo(own.role, act));
  const body = html`${sections(input)} ${doneNote(noun, query)}
    <section aria-labelledby="list">
      <h1 id="list">${noun.title} of ${own.brand.name}</h1>
      ${noun.filters === undefined ? '' : await noun.filters(input)} ${table(noun.title, ['name', ...headings], rows)}
      ${nextPage(input, 'cursor', found.next, 'More')}
    </section>
    ${actsPart(makers.map((act) => actForm(act, { action: base, failed })))} ${listCall(noun, query)}`;
  return { title: `${noun.title} of ${own.brand.name}`, body };
}

/** The call of the API for a list: the product stands in its path or its query. */
function listCall({ route, filters }: BrandNoun, query: PageInput['query']): Html {
  const product = query['product'] ?? TO_FILL_IN;
  const path = route.path.replace('{product}', product);
  return apiCall('GET', path, filters === undefined || path !== route.path ? {} : { query: { product } });
}

function listRow(base: string, { columns, name, address }: BrandNoun, row: Row): Html {
  const to = address(row);
  return html`<tr>
    <td><a href="${to.startsWith('/') ? to : `${base}/${to}`}">${name(row)}</a></td>
    ${columns.map((column) => html`<td>${showValue(row[column], column)}</td>`)}
  </tr>`;
}

/** One thing: everything that the API shows of it, its parts, and the acts on it. */
export async function thingPage(input: PageInput, noun: BrandNoun): Promise<Made | Refusal> {
  const { ctx, own, id, query, failed, shown } = input;
  if (noun.read === undefined) return listPage(input, noun);
  // Read before the fields that the forms show: it may be older than they are, and never newer.
  const version = await noun.version?.(ctx, id);
  const row = await noun.read(ctx, id);
  if (isRefusal(row)) return row;
  const more = noun.more === undefined ? html`` : await noun.more(input);
  if (isRefusal(more)) return more;
  const action = `/console/brands/${own.brand.slug}/${noun.noun}/${id}`;
  const acts = actsOn(noun.noun).filter(
    (act) => act.creates !== true && act.part === undefined && mayDo(own.role, act),
  );
  const secret =
    shown &&
    html`<section class="done" role="status">
      <p>${shown.done}</p>
      <p><code class="secret">${shown.secret}</code></p>
    </section>`;
  const body = html`${sections(input)} ${secret ?? doneNote(noun, query)}
    <section aria-labelledby="thing">
      <h1 id="thing">${noun.name(row)}</h1>
      ${factsList(row)}
    </section>
    ${more} ${actsPart(acts.map((act) => actForm(act, { action, values: prefill(act, row), version, failed })))}
    ${apiCall('GET', `${noun.route.path.replace('{product}', slugIn(row['product']))}/${id}`)}`;
  return { title: noun.name(row), body };
}

const actsPart = (forms: readonly Html[]): Html =>
  forms.length === 0
    ? html``
    : html`<section class="acts" aria-labelledby="acts">
        <h2 id="acts">Acts</h2>
        ${forms}
      </section>`;

function doneNote({ noun }: BrandNoun, query: PageInput['query']): Html {
  const act = findAct(noun, query['done'] ?? '');
  return act === undefined ? html`` : html`<section class="done" role="status">${act.done}</section>`;
}
