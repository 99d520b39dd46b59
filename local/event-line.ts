import type { OutgoingEvent } from '../lib/events/outgoing.ts';

const WIDTH = 40;

/** One line for one event: when, whose, what, which number in the life of what, and what changed. Events hold no secrets. */
export function eventLine({ occurred_at, brand, type, seq, entity, before, after }: OutgoingEvent): string {
  return [occurred_at, brand.slug, type, `#${seq}`, entity.id, ...changes(fieldsOf(before), fieldsOf(after))].join(
    '  ',
  );
}

type Fields = Record<string, unknown>;

const fieldsOf = (side: OutgoingEvent['after']): Fields => side ?? {};

function changes(before: Fields, after: Fields): string[] {
  return Object.entries(after).flatMap(([name, value]) => {
    const is = shown(value);
    const previous = shown(before[name]);
    if (is === undefined) return JSON.stringify(value) === JSON.stringify(before[name]) ? [] : [name];
    return [previous === undefined ? `${name}=${is}` : `${name}=${previous}→${is}`];
  });
}

/** What fits into a line; undefined for what has parts of its own. */
function shown(value: unknown): string | undefined {
  if (value === undefined || (typeof value === 'object' && value !== null)) return undefined;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > WIDTH ? `${text.slice(0, WIDTH)}…` : text;
}
