import { isHost } from './site-address.ts';

export const MAX_STAGING_HOSTS = 20;

/** A text that `*` may stand for: one or more characters of one label. */
const ANY = 'x';

/**
 * True for a host's name in lower case in which `*` stands at most once. `*` alone would mean every host of one label.
 */
export function isStagingHostPattern(pattern: string): boolean {
  const parts = pattern.split('*');
  return parts.length <= 2 && pattern !== '*' && isHost(parts.join(ANY)) && pattern === pattern.toLowerCase();
}

/** The part of a pattern that follows the label with `*`: `wpsc.site` of `*.wpsc.site`; all of it without `*`. */
export function readFixedPart(pattern: string): string {
  const labels = pattern.split('.');
  return labels.slice(labels.findLastIndex((label) => label.includes('*')) + 1).join('.');
}

/** Patterns come from callers, so they are compared part by part and never become a regular expression. */
export function isStagingHost(patterns: readonly string[], host: string): boolean {
  return patterns.some((pattern) => {
    const at = pattern.indexOf('*');
    if (at === -1) return host === pattern;
    const [start, end] = [pattern.slice(0, at), pattern.slice(at + 1)];
    const between = host.slice(start.length, host.length - end.length);
    const isLongEnough = host.length > start.length + end.length;
    return isLongEnough && host.startsWith(start) && host.endsWith(end) && !between.includes('.');
  });
}
