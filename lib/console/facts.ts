import { html } from 'hono/html';
import { parseTime } from '../domain/time.ts';
import { badge, when, type Html } from './parts.ts';

/** The addresses that we made or checked. What anybody else has written stays a text: a link of theirs may be bait. */
const LINKS: ReadonlySet<string> = new Set(['download.url', 'settings.renewal_url']);

/** The fields of an answer of the API, as a list of facts. `within` names the field that they lie in. */
export const factsList = (facts: Readonly<Record<string, unknown>>, within = ''): Html =>
  html`<dl>
    ${Object.entries(facts).map(
      ([name, value]) =>
        html`<dt>${name.replaceAll('_', ' ')}</dt>
          <dd>${showValue(value, within === '' ? name : `${within}.${name}`)}</dd>`,
    )}
  </dl>`;

/** A value as a person reads it. The name of a field in another one has a dot: `settings.renewal_url`. */
export function showValue(value: unknown, name = ''): Html {
  if (value === null || value === undefined || value === '') return html`none`;
  if (typeof value === 'boolean') return value ? html`yes` : html`no`;
  if (typeof value === 'number') return html`${value.toLocaleString('en')}`;
  if (typeof value === 'string') return showText(value, name);
  if (Array.isArray(value)) return showList(value as readonly unknown[]);
  const entries = Object.entries(value);
  return entries.length === 0 ? html`none` : factsList(Object.fromEntries(entries), name);
}

function showText(value: string, name: string): Html {
  if (name === 'status' || name === 'state') return badge(value);
  if (parseTime(value) === value) return when(value);
  if (LINKS.has(name) && /^https?:\/\//.test(value))
    return html`<a href="${value}" rel="noopener noreferrer">${value}</a>`;
  return /(?:^|[._])id$/.test(name) ? html`<code>${value}</code>` : html`${value}`;
}

function showList(values: readonly unknown[]): Html {
  if (values.length === 0) return html`none`;
  if (values.every((value) => typeof value !== 'object')) return html`${values.map(String).join(', ')}`;
  return html`<ul>
    ${values.map((value) => html`<li>${showValue(value)}</li>`)}
  </ul>`;
}
