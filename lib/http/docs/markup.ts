/** HTML that is safe to send: every value in a template is escaped unless it is markup itself. */
export type Markup = { readonly html: string };
type Part = Markup | readonly Markup[] | string | number;

export function markup(strings: TemplateStringsArray, ...parts: Part[]): Markup {
  return {
    html: strings.map((string, index) => string + (index < parts.length ? htmlOf(parts[index] ?? '') : '')).join(''),
  };
}

export const NOTHING: Markup = { html: '' };

function htmlOf(part: Part): string {
  if (typeof part === 'string' || typeof part === 'number') return escape(String(part));
  return 'html' in part ? part.html : part.map(({ html }) => html).join('');
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

/** The Markdown that the document uses: headings of the second level, lists, paragraphs, `code` and **bold**. */
export function prose(text: string): Markup[] {
  return text
    .trim()
    .split(/\n{2,}/)
    .map((block) => {
      if (block.startsWith('## ')) return markup`<h2 id="${anchorOf(block.slice(3))}">${inline(block.slice(3))}</h2>\n`;
      if (!block.startsWith('- ')) return markup`<p>${inline(block)}</p>\n`;
      return markup`<ul>${block.split(/\n?^- /m).flatMap((item) => (item === '' ? [] : [markup`<li>${inline(item)}</li>`]))}</ul>\n`;
    });
}

export const headingsOf = (text: string): string[] => [...text.matchAll(/^## (.+)$/gm)].map((match) => match[1] ?? '');

export const anchorOf = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

export function inline(text: string): Markup[] {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*)/).map((part) => {
    if (part.startsWith('`') && part.length > 1) return markup`<code>${part.slice(1, -1)}</code>`;
    if (part.startsWith('**') && part.length > 4) return markup`<strong>${part.slice(2, -2)}</strong>`;
    return markup`${part}`;
  });
}

/** A path or a name that may break where it has a joint, so that it fits a narrow screen. */
export const breakable = (text: string): Markup[] =>
  text.split(/(?<=[/_])/).map((part, index) => (index === 0 ? markup`${part}` : markup`<wbr>${part}`));

const JSON_TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** A value as indented JSON, its tokens coloured. */
export function json(value: unknown): Markup {
  const text = JSON.stringify(value, null, 2);
  const parts: Markup[] = [];
  let end = 0;
  for (const match of text.matchAll(JSON_TOKEN)) {
    const [token, string, colon] = match;
    const kind = string === undefined ? 'n' : colon === undefined ? 's' : 'k';
    parts.push(markup`${text.slice(end, match.index)}<span class="${kind}">${string ?? token}</span>${colon ?? ''}`);
    end = match.index + token.length;
  }
  return markup`${parts}${text.slice(end)}`;
}
