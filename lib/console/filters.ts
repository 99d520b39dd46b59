import { html } from 'hono/html';
import type { PageInput } from './page-input.ts';
import { SWAP, type Html } from './parts.ts';

/** A filter of a list. It stands in the address, so that a list can be sent to a colleague. */
export type Filter = { name: string; label: string; options?: readonly string[] };

export const filterForm = (filters: readonly Filter[], query: PageInput['query']): Html =>
  html`<form method="get" class="filters" ${SWAP}>
    ${filters.map(({ name, label, options }) => {
      const value = query[name] ?? '';
      if (options === undefined)
        return html`<label>${label} <input type="text" name="${name}" value="${value}" maxlength="64" /></label>`;
      const known = options.includes(value) ? options : [value, ...options];
      return html`<label
        >${label}
        <select name="${name}">
          ${known.map(
            (option) =>
              html`<option value="${option}" ${option === value ? 'selected' : ''}>
                ${option === '' ? 'any' : option}
              </option>`,
          )}
        </select></label
      >`;
    })}
    <button class="plain">Show</button>
  </form>`;
