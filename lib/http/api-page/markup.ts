import { required } from '../../domain/invariant.ts';

/** HTML that is safe to send: every value in a template is escaped unless it is markup itself. */
export type Markup = { readonly html: string };
type Part = Markup | readonly Markup[] | string | number;

export function markup(strings: TemplateStringsArray, ...parts: Part[]): Markup {
  return {
    html: strings
      .map(
        (string, index) =>
          string + (index < parts.length ? htmlOf(required(parts[index], 'a list has what is within its length')) : ''),
      )
      .join(''),
  };
}

export const NOTHING: Markup = { html: '' };

function htmlOf(part: Part): string {
  if (typeof part === 'string' || typeof part === 'number') return escape(String(part));
  return isList(part) ? part.map(({ html }) => html).join('') : part.html;
}

const isList = (part: Markup | readonly Markup[]): part is readonly Markup[] => Array.isArray(part);

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => String(ENTITIES[character]));

/** A name that can break at its joints, so that it fits a narrow screen. */
export const breakable = (text: string): Markup[] =>
  text.split(/(?<=[/_])/).map((part, index) => (index === 0 ? markup`${part}` : markup`<wbr>${part}`));
