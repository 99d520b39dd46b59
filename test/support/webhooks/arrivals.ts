import type { Receiver } from './receiver.ts';

/**
 * The events that a receiver got, the number of requests, and the number that came after a later one of their entity.
 */
export type Arrivals = { ids: Set<string>; requests: number; outOfOrder: number };

export function arrivalsAt({ received }: Receiver): Arrivals {
  const newest = new Map<string, number>();
  const ids = new Set<string>();
  let outOfOrder = 0;
  for (const { body } of received) {
    const { id, seq, data } = JSON.parse(body) as { id: string; seq: number; data: { entity: { id: string } } };
    if (!ids.has(id) && seq < (newest.get(data.entity.id) ?? 0)) outOfOrder += 1;
    newest.set(data.entity.id, Math.max(seq, newest.get(data.entity.id) ?? 0));
    ids.add(id);
  }
  return { ids, requests: received.length, outOfOrder };
}
