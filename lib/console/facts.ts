import { html } from 'hono/html';
import { parseTime } from '../domain/time.ts';
import { badge, when, type Html } from './parts.ts';

/** The fields of an answer of the API, as a list of facts. */
export const factsList = (facts: Readonly<Record<string, unknown>>, omitted: readonly string[] = []): Html =>
  html`<dl>
    ${Object.entries(facts)
      .filter(([name]) => !omitted.includes(name))
      .map(
        ([name, value]) =>
          html`<dt>${name.replaceAll('_', ' ')}</dt>
            <dd>${showValue(value, name)}</dd>`,
      )}
  </dl>`;

/** A value as a person reads it. */
export function showValue(value: unknown, name = ''): Html {
  if (value === null || value === undefined || value === '') return html`none`;
  if (typeof value === 'boolean') return value ? html`yes` : html`no`;
  if (typeof value === 'number') return html`${value.toLocaleString('en')}`;
  if (typeof value === 'string') return showText(value, name);
  if (Array.isArray(value)) return showList(value as readonly unknown[]);
  const entries = Object.entries(value);
  return entries.length === 0 ? html`none` : factsList(Object.fromEntries(entries));
}

function showText(value: string, name: string): Html {
  if (name === 'status' || name === 'state') return badge(value);
  if (parseTime(value) === value) return when(value);
  // An export has such a value, and so do a brand's own settings.
  if (/^https?:\/\//.test(value)) return html`<a href="${value}" rel="noopener noreferrer">${value}</a>`;
  return name === 'id' || name.endsWith('_id') ? html`<code>${value}</code>` : html`${value}`;
}

function showList(values: readonly unknown[]): Html {
  if (values.length === 0) return html`none`;
  if (values.every((value) => typeof value !== 'object')) return html`${values.map(String).join(', ')}`;
  return html`<ul>
    ${values.map((value) => html`<li>${showValue(value)}</li>`)}
  </ul>`;
}
