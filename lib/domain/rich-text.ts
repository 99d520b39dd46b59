/** The tags that old clients of WordPress keep. None has an attribute but the address of a link. */
const TAGS = new Set(['p', 'br', 'ul', 'ol', 'li', 'strong', 'em', 'a', 'span', 'h4', 'code']);
const TAG = /<(\/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s[^<>]*)?)\/?>/g;
/** Elements whose content is no text. */
const NO_TEXT = /<(script|style|iframe|object)\b[\s\S]*?(?:<\/\1\s*>|$)|<!--[\s\S]*?(?:-->|$)/gi;
const HREF = /\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i;

/**
 * HTML of the tags above and nothing else: other tags go, their text stays, and every open tag is closed. All that is
 * no such tag is escaped, so no input makes other markup.
 */
export function cleanHtml(html: string): string {
  const open: string[] = [];
  const parts: string[] = [];
  const text = html.replaceAll(NO_TEXT, '');
  let last = 0;
  for (const { 0: whole, 1: slash, 2: named, 3: attributes, index } of text.matchAll(TAG)) {
    parts.push(escapeText(text.slice(last, index)));
    last = index + whole.length;
    const name = String(named).toLowerCase();
    if (!TAGS.has(name)) continue;
    if (name === 'br') parts.push('<br>');
    else if (slash === '/') parts.push(closeUpTo(open, name));
    else {
      open.push(name);
      parts.push(name === 'a' ? openLink(String(attributes)) : `<${name}>`);
    }
  }
  parts.push(escapeText(text.slice(last)));
  return parts.join('') + open.toReversed().map(endTag).join('');
}

const endTag = (name: string): string => `</${name}>`;

function closeUpTo(open: string[], name: string): string {
  const at = open.lastIndexOf(name);
  return at === -1 ? '' : open.splice(at).toReversed().map(endTag).join('');
}

function openLink(attributes: string): string {
  const [, double, single, bare] = HREF.exec(attributes) ?? [];
  const href = (double ?? single ?? bare ?? '').replaceAll('&amp;', '&');
  return isWebAddress(href) ? `<a href="${escapeHtml(href)}">` : '<a>';
}

const isWebAddress = (text: string): boolean => /^https?:\/\//i.test(text) && URL.canParse(text);

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
export const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => String(ENTITIES[character]));

/** An entity stays one. */
const escapeText = (text: string): string =>
  text
    .replaceAll(/&(?!(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});)/gi, '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
