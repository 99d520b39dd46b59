import type { Sections } from './release.ts';
import { cleanHtml, escapeHtml } from './rich-text.ts';

/** The part of a WordPress readme.txt that a release takes over. */
export type Readme = {
  requires: string | null;
  tested: string | null;
  requires_php: string | null;
  sections: Sections;
  upgrade_notice: string | null;
};

const SECTION_NAMES: Record<string, keyof Sections> = {
  description: 'description',
  installation: 'installation',
  'frequently asked questions': 'faq',
  faq: 'faq',
  changelog: 'changelog',
  'change log': 'changelog',
  'upgrade notice': 'upgrade_notice',
};
const FIELDS = { requires: 'requires at least', tested: 'tested up to', requires_php: 'requires php' } as const;

/** The longest section in bytes of HTML: an item of the table holds 400 KB, and a release has five sections twice. */
const MAX_SECTION_BYTES = 36_000;
const MAX_NOTICE = 1_000;

/** Reads a readme.txt. A section that is too long ends after some of its lines. */
export function readReadme(text: string, version: string): Readme {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  const firstSection = lines.findIndex((line) => /^==[^=]/.test(line));
  const head = firstSection === -1 ? lines : lines.slice(0, firstSection);
  const bodies = splitSections(firstSection === -1 ? [] : lines.slice(firstSection));
  const field = (label: string): string | null => {
    const found = head.find((line) => line.toLowerCase().startsWith(`${label}:`));
    const value = found?.slice(label.length + 1).trim() ?? '';
    return value === '' ? null : value.slice(0, 64);
  };
  const notice = bodies.get('upgrade_notice');
  return {
    requires: field(FIELDS.requires),
    tested: field(FIELDS.tested),
    requires_php: field(FIELDS.requires_php),
    sections: Object.fromEntries([...bodies].map(([name, body]) => [name, renderWithinLimit(body)])),
    upgrade_notice: notice === undefined ? null : findNotice(notice, version),
  };
}

function splitSections(lines: readonly string[]): Map<keyof Sections, string[]> {
  const found = new Map<keyof Sections, string[]>();
  let body: string[] | undefined;
  for (const line of lines) {
    const title = /^==([^=].*?)=*\s*$/.exec(line)?.[1]?.trim().toLowerCase();
    if (title === undefined) body?.push(line);
    else {
      const name = SECTION_NAMES[title];
      body = name === undefined ? undefined : [];
      if (name !== undefined && body !== undefined) found.set(name, body);
    }
  }
  return found;
}

/** The notice under the heading of this version. */
function findNotice(lines: readonly string[], version: string): string | null {
  const start = lines.findIndex((line) => headingIn(line) === version);
  if (start === -1) return null;
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => headingIn(line) !== undefined);
  const notice = (end === -1 ? rest : rest.slice(0, end)).join(' ').replaceAll(/\s+/g, ' ').trim();
  return notice === '' ? null : notice.slice(0, MAX_NOTICE);
}

const headingIn = (line: string): string | undefined => /^=\s*([^=].*?)\s*=*\s*$/.exec(line)?.[1];

function renderWithinLimit(lines: readonly string[]): string {
  let kept = lines;
  let html = renderSection(kept);
  while (kept.length > 0 && Buffer.byteLength(html) > MAX_SECTION_BYTES) {
    kept = kept.slice(0, Math.floor(kept.length / 2));
    html = renderSection(kept);
  }
  return html;
}

/** Markdown as WordPress readmes use it: headings, lists, paragraphs, emphasis, code and links. */
function renderSection(lines: readonly string[]): string {
  const blocks: string[] = [];
  let list: 'ul' | 'ol' | undefined;
  let paragraph: string[] = [];
  const endParagraph = (): void => {
    if (paragraph.length > 0) blocks.push(`<p>${renderInline(paragraph.join('\n'))}</p>`);
    paragraph = [];
  };
  const turnTo = (next: typeof list): void => {
    endParagraph();
    if (list !== next && list !== undefined) blocks.push(`</${list}>`);
    if (list !== next && next !== undefined) blocks.push(`<${next}>`);
    list = next;
  };
  for (const line of lines) {
    const heading = headingIn(line) ?? /^#{1,6}\s+(.*?)\s*#*\s*$/.exec(line)?.[1];
    const item = /^\s*(?:([*+-])|\d+[.)])\s+(.*)$/.exec(line);
    if (heading !== undefined) {
      turnTo(undefined);
      blocks.push(`<h4>${renderInline(heading)}</h4>`);
    } else if (item) {
      turnTo(item[1] === undefined ? 'ol' : 'ul');
      blocks.push(`<li>${renderInline(String(item[2]))}</li>`);
    } else if (line.trim() === '') turnTo(undefined);
    else {
      if (list !== undefined) turnTo(undefined);
      paragraph.push(line.trim());
    }
  }
  turnTo(undefined);
  return blocks.join('\n');
}

/** HTML in a readme stays as far as its tags are known; the signs of Markdown become tags. */
function renderInline(text: string): string {
  const parts = text.split(/(`[^`\n]+`)/);
  return parts
    .map((part) => (/^`.+`$/s.test(part) ? `<code>${escapeHtml(part.slice(1, -1))}</code>` : marked(part)))
    .join('');
}

const marked = (text: string): string =>
  cleanHtml(
    text
      .replaceAll(/\[([^[\]\n]+)\]\((https?:\/\/[^\s()<>"]+)\)/g, '<a href="$2">$1</a>')
      .replaceAll(/\*\*([^*\n]+)\*\*/g, '<strong>$1</strong>')
      .replaceAll(/(?<![*\w])\*([^*\n]+)\*(?![*\w])/g, '<em>$1</em>'),
  );
