/**
 * One entity tag: `W/` where it is weak, then visible characters in double quotes, commas among them (RFC 9110 §8.8.3).
 */
const TAG = /(?:W\/)?"[\x21\x23-\x7e\x80-\uffff]*"/g;
/** Tags with commas between them; an element may be empty (RFC 9110 §5.6.1.2). */
const LIST = new RegExp(`^[ \\t]*(?:${TAG.source}[ \\t]*)?(?:,[ \\t]*(?:${TAG.source}[ \\t]*)?)*$`);

/**
 * Compares a header `If-Match` with the present entity tag (RFC 9110 §13.1.1): `*` matches any, else one of the listed
 * tags must be the same and strong. `weak` means that the present tag is listed as a weak one, which never matches.
 */
export function ifMatchHolds(header: string, present: string): 'holds' | 'stale' | 'weak' | 'malformed' {
  if (header.trim() === '*') return 'holds';
  const tags: string[] = LIST.test(header) ? (header.match(TAG) ?? []) : [];
  if (tags.length === 0) return 'malformed';
  if (tags.includes(present)) return 'holds';
  return tags.every((tag) => tag.startsWith('W/')) || tags.includes(`W/${present}`) ? 'weak' : 'stale';
}
