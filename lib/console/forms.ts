import { html } from 'hono/html';
import { randomUuid } from '../process/random.ts';
import type { ActField, ShownAct } from './act.ts';
import { apiCall, TO_FILL_IN, type Html } from './parts.ts';
import { writePairs } from './pairs.ts';
import { ownParameter, type Typed } from './perform.ts';

/** A form that was refused: what was typed stays in it, and each fault stands at its field. */
export type FailedForm = { act: string; typed: Typed; faults: Readonly<Record<string, string>>; message: string };

export type FormState = {
  action: string;
  /** Values of hidden fields, and of fields that are filled in beforehand. */
  values?: Typed;
  /** The version of the thing that the page shows. */
  version?: string | undefined;
  failed?: FailedForm | undefined;
  /** Distinguishes forms of one act on one page. */
  key?: string;
};

/** Longer files are imported by the API. */
export const MOST_TYPED = 32_768;

const isFailed = (act: ShownAct, { failed, values = {}, key }: FormState): boolean =>
  failed?.act === act.name &&
  (key === undefined || act.part === undefined || failed.typed[act.part] === values[act.part]);

/** The form of an act, behind a summary, with the effect of the act above its button. */
export function actForm(act: ShownAct, state: FormState, summary = act.title): Html {
  return html`<details ${isFailed(act, state) ? 'open' : ''}>
    <summary>${summary}</summary>
    ${openForm(act, state)}
  </details>`;
}

/** The same without the summary. */
export function openForm(act: ShownAct, state: FormState): Html {
  const { action, values = {}, version, key = 'page' } = state;
  const failed = isFailed(act, state) ? state.failed : undefined;
  const typed: Typed = { ...values, ...failed?.typed };
  const id = (name: string): string => `${act.name}-${key}-${name}`;
  const reason = { name: 'reason', label: 'Reason', kind: 'text', required: true } as const;
  return html`<form method="post" action="${action}/${act.name}" class="act">
    <p class="quiet">${act.effect}</p>
    ${
      failed === undefined ? '' : html`<p class="fault" role="alert">${failed.message} ${unseenFaults(act, failed)}</p>`
    }
    ${[...act.fields, reason].map((field) => fieldOf(field, id(field.name), typed, failed?.faults[field.name]))}
    <input type="hidden" name="once" value="${randomUuid()}" />
    ${version === undefined ? '' : html`<input type="hidden" name="version" value="${version}" />`}
    <div><button class="${act.isDangerous === true ? 'danger' : ''}">${act.title}</button></div>
    ${act.part === undefined ? sameByApi(act, state) : ''}
  </form>`;
}

/** The faults that stand at no field of the form, because theirs is hidden or the page's own. */
function unseenFaults({ fields }: ShownAct, { faults }: FailedForm): string {
  const seen = new Set(['reason', ...fields.flatMap(({ name, kind }) => (kind === 'hidden' ? [] : [name]))]);
  return Object.entries(faults)
    .filter(([name]) => !seen.has(name))
    .map(([name, fault]) => `${name.replaceAll(/[{}]/g, '').replaceAll('_', ' ')} ${fault}.`)
    .join(' ');
}

/** The call of the API that does the same, with a field for each of the form. */
function sameByApi(act: ShownAct, { action, values = {} }: FormState): Html {
  const { route, fields } = act;
  const named: Typed = { ...values, [String(ownParameter(act))]: action.slice(action.lastIndexOf('/') + 1) };
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => named[name] ?? TO_FILL_IN);
  const body = fields
    .filter(({ name, kind }) => kind !== 'hidden' && !route.path.includes(`{${name}}`))
    .map(({ name }) => [name, values[name] ?? TO_FILL_IN] as const);
  return apiCall(route.method, path, body.length === 0 ? {} : { body: Object.fromEntries(body) });
}

/** The present values of the fields of a form, from a thing as the API shows it. */
export function prefill({ fields, isBlank }: ShownAct, row: Readonly<Record<string, unknown>>): Typed {
  return Object.fromEntries(
    fields.flatMap(({ name, kind }): [string, string][] => {
      const text = isBlank === true && kind !== 'hidden' ? undefined : textOf(kind, row[name]);
      return text === undefined ? [] : [[name, text]];
    }),
  );
}

function textOf(kind: ActField['kind'], value: unknown): string | undefined {
  if (kind === 'list') return Array.isArray(value) ? value.map(slugIn).join(', ') : undefined;
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (typeof value !== 'object' || value === null) return undefined;
  if (kind === 'texts' || kind === 'values') return writePairs(kind, value);
  return 'slug' in value ? slugIn(value) : undefined;
}

/** The slug of a thing that the API names by slug and id, or else its own text. */
export const slugIn = (member: unknown): string =>
  typeof member === 'object' && member !== null && 'slug' in member ? String(member.slug) : String(member);

function fieldOf(field: ActField, id: string, typed: Typed, fault: string | undefined): Html {
  const { name, label, kind, hint } = field;
  const value = typed[name] ?? '';
  if (kind === 'hidden') return html`<input type="hidden" name="${name}" value="${value}" />`;
  if (kind === 'checkbox')
    return html`<label class="check"
      ><input type="checkbox" name="${name}" value="yes" ${value === '' ? '' : 'checked'} />${label}</label
    >`;
  const described = fault === undefined ? '' : html`aria-invalid="true" aria-describedby="${id}-fault"`;
  const type = kind === 'number' ? 'text' : kind;
  const numeric = kind === 'number' ? html`inputmode="numeric"` : '';
  const most = name === 'reason' ? 500 : 320;
  if (kind === 'area' || kind === 'texts' || kind === 'values')
    return html`<div>
      <label for="${id}">${label}</label>
      <textarea id="${id}" name="${name}" rows="6" maxlength="${MOST_TYPED}" ${described}>${value}</textarea>
      ${hint === undefined ? '' : html`<p class="quiet">${hint}</p>`}
      ${fault === undefined ? '' : html`<p class="fault" id="${id}-fault">${label} ${fault}.</p>`}
    </div>`;
  return html`<div>
    <label for="${id}">${label}</label>
    <input
      id="${id}"
      name="${name}"
      type="${type}"
      value="${value}"
      maxlength="${most}"
      ${numeric}
      ${field.required === true ? 'required' : ''}
      ${described}
    />
    ${hint === undefined ? '' : html`<p class="quiet">${hint}</p>`}
    ${fault === undefined ? '' : html`<p class="fault" id="${id}-fault">${label} ${fault}.</p>`}
  </div>`;
}
