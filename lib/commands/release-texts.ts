import { refuse, type Refusal } from '../domain/refusal.ts';
import { TEXT_FIELDS, type Release, type ReleaseTexts, type Sections } from '../domain/release.ts';
import { cleanHtml } from '../domain/rich-text.ts';

export type TextChanges = { [F in keyof ReleaseTexts]?: ReleaseTexts[F] | null | undefined };

/** Escaping can make a text longer: an item of the table holds 400 KB, with the package's texts in it. */
const MAX_BYTES = 150_000;

/** The given texts after a change. Null takes one back, and the package's own is shown again. */
export function changeTexts(given: Release['given'], changes: TextChanges): Release['given'] | Refusal {
  const changed = TEXT_FIELDS.filter((field) => changes[field] !== undefined);
  const kept = Object.entries({ ...given, ...Object.fromEntries(changed.map((field) => [field, changes[field]])) });
  const texts: Release['given'] = Object.fromEntries(kept.filter(([, value]) => value !== null));
  const { sections } = texts;
  const cleaned = sections === undefined ? texts : { ...texts, sections: cleanSections(sections) };
  if (Buffer.byteLength(JSON.stringify(cleaned)) <= MAX_BYTES) return cleaned;
  return refuse('bad_request', { errors: [{ pointer: '/sections', message: 'must be shorter' }] });
}

const cleanSections = (sections: Sections): Sections =>
  Object.fromEntries(Object.entries(sections).map(([name, html]) => [name, cleanHtml(html)]));
