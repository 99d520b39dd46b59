import { html } from 'hono/html';
import { listScopes } from '../api/route.ts';
import { isRefusal, type Refusal } from '../domain/refusal.ts';
import { mayCall } from '../domain/roles.ts';
import type { Act } from './act.ts';
import { actsOn, findAct } from './acts.ts';
import { BRAND_NOUNS, type BrandNoun, type Row } from './brand-nouns.ts';
import { factsList, showValue } from './facts.ts';
import { actForm } from './forms.ts';
import type { PageInput } from './page-input.ts';
import { apiCall, nextPage, table, TO_FILL_IN, type Html } from './parts.ts';
import { mayDo, type Typed } from './perform.ts';

type Made = { title: string; body: Html };

const ON_PAGE = 50;

/** True if a person may see the things of a kind. */
export const maySee = ({ own }: Pick<PageInput, 'own'>, { route }: BrandNoun): boolean =>
  mayCall(own.role, route.operation, listScopes(route));

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
  const body = html`${sections(input)}
    <section aria-labelledby="brand">
      <h1 id="brand">${name}</h1>
      ${factsList({ slug, key_prefix, status, your_role: role, settings, created_at, id })}
    </section>
    ${apiCall('GET', `/api/v1/admin/brands/${id}`)}`;
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
  const asked: Typed = noun.noun === 'sales' ? { product: query['product'] ?? TO_FILL_IN } : {};
  const body = html`${sections(input)} ${doneNote(noun, query)}
    <section aria-labelledby="list">
      <h1 id="list">${noun.title} of ${own.brand.name}</h1>
      ${noun.filters === undefined ? '' : await noun.filters(input)} ${table(noun.title, ['name', ...headings], rows)}
      ${nextPage(input, 'cursor', found.next, 'More')}
    </section>
    ${actsPart(makers.map((act) => actForm(act, { action: base, failed })))}
    ${apiCall('GET', noun.route.path, { query: asked })}`;
  return { title: `${noun.title} of ${own.brand.name}`, body };
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
    ${more} ${actsPart(acts.map((act) => actForm(act, { action, values: prefill(act, row), failed })))}
    ${apiCall('GET', `${noun.route.path}/${id}`)}`;
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

/** The present values of the fields of a form. */
function prefill({ fields }: Act, row: Row): Typed {
  const values = fields.flatMap(({ name, kind }): [string, string][] => {
    const value = row[name];
    if (kind === 'list' && Array.isArray(value)) return [[name, value.map(nameIn).join(', ')]];
    return typeof value === 'string' || typeof value === 'number' ? [[name, String(value)]] : [];
  });
  return Object.fromEntries(values);
}

const nameIn = (member: unknown): string =>
  typeof member === 'object' && member !== null && 'slug' in member ? String(member.slug) : String(member);
