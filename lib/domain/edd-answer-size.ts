import { describeEddVersion, withoutEmoji, type EddVersion, type EddVersionAnswer } from './edd-version-answer.ts';
import { cleanHtml } from './rich-text.ts';

/** CloudFront refuses more than a megabyte from the function at the edge. */
export const MAX_EDD_ANSWER_BYTES = 900_000;

/** The description and what is left for the others come after the changelog. */
const CHANGELOG_SHARE = 0.75;
/** The bytes of a section besides its text: its name and length, as PHP serializes them. */
const NAME_BYTES = 60;
const BLOCK_ENDS = /<\/(?:p|li|ul|ol|h4)>/g;
const MORE = '<p>…</p>';

/**
 * The answers of one batch. If they are too long together, the long ones lose the end of their sections. A site is
 * still offered each version, with its package and the newest part of its changelog.
 */
export function describeEddBatch(versions: ReadonlyMap<string, EddVersion>): Record<string, EddVersionAnswer> {
  const whole = [...versions].map(([name, version]) => {
    const answer = describeEddVersion(version);
    return { name, version, answer, size: jsonBytes(answer) };
  });
  const names = jsonBytes(whole.map(({ name }) => `${name}:`));
  const most = shareOfEach(
    whole.map(({ size }) => size),
    MAX_EDD_ANSWER_BYTES - names,
  );
  return Object.fromEntries(
    whole.map(({ name, version, answer, size }) => [name, size <= most ? answer : describeWithin(most, version)]),
  );
}

/** The most that one answer may take. What the short ones leave goes to the long ones. */
function shareOfEach(sizes: readonly number[], room: number): number {
  let left = room;
  for (const [i, size] of sizes.toSorted((a, b) => a - b).entries()) {
    const share = left / (sizes.length - i);
    if (size > share) return share;
    left -= size;
  }
  return room;
}

function describeWithin(bytes: number, version: EddVersion): EddVersionAnswer {
  const room = bytes - jsonBytes(describeEddVersion({ ...version, sections: {} }));
  const { changelog = '', description = '', ...others } = version.sections;
  const kept = { description: MORE, changelog: cutHtml(changelog, room * CHANGELOG_SHARE) };
  kept.description = cutHtml(description, room - sectionBytes(kept.changelog));
  let left = room - sectionBytes(kept.changelog) - sectionBytes(kept.description);
  const fitting = Object.entries(others).filter(([, html]) => {
    const isKept = sectionBytes(html) <= left;
    if (isKept) left -= sectionBytes(html);
    return isKept;
  });
  return describeEddVersion({ ...version, sections: { ...kept, ...Object.fromEntries(fitting) } });
}

/** The blocks at the beginning that fit, then an ellipsis. Never empty: clients throw such an answer away. */
function cutHtml(html: string, bytes: number): string {
  const size = sectionBytes(html);
  if (html !== '' && size <= bytes) return html;
  let length = Math.floor((html.length * Math.max(bytes, 0)) / size);
  for (;;) {
    const end = [...html.slice(0, length).matchAll(BLOCK_ENDS)].at(-1);
    if (end === undefined) return MORE;
    const cut = cleanHtml(html.slice(0, end.index + end[0].length)) + MORE;
    if (sectionBytes(cut) <= bytes) return cut;
    length = Math.floor((length * 7) / 8);
  }
}

const sectionBytes = (html: string): number => jsonBytes(withoutEmoji(html)) + NAME_BYTES;
const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
