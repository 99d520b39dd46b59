import type { OutgoingEvent } from '../lib/events/outgoing.ts';

/**
 * An event on one line: time, brand, type, seq, id of its entity, then the state before and after. It has no secrets.
 */
export function eventLine({ occurred_at, brand, type, seq, entity, before, after }: OutgoingEvent): string {
  const states = [before, after].map((state) => JSON.stringify(state));
  return [occurred_at, brand.slug, type, `#${seq}`, entity.id, ...states].join('  ');
}
