import { activateLicense } from '../../../lib/api/activate.ts';
import { listSeats } from '../../../lib/api/list-seats.ts';
import { moveLicense } from '../../../lib/api/move.ts';
import type { ShownSeat } from '../../../lib/domain/refusal.ts';
import { storedLicense, seatsTaken } from '../table/whole-table.ts';
import { firstOf, purchase } from './purchases.ts';
import type { Call, Reply, Service, TestBrand } from './service.ts';

/** One license, and what its sites and its owner do with its seats. */
export type SeatHolder = {
  id: string;
  license_key: string;
  site: (name: string) => { license_key: string; product: string; instance_identifier: string };
  activate: (name: string, body?: object, more?: Call) => Promise<Reply>;
  /** Activates a site that must get a seat, and returns its activation's id. */
  seatOf: (name: string) => Promise<string>;
  move: (to: string, body: object, more?: Call) => Promise<Reply>;
  list: () => Promise<Reply>;
  /** The counters of the license, and the active items that they must be equal to. */
  counted: () => Promise<{ seats_used: number; items: number; staging_used: number; free: number }>;
};

export async function openSeats(
  service: Service,
  brand: TestBrand,
  max_seats: number | null,
  policy: object = {},
): Promise<SeatHolder> {
  const bought = await purchase(service, brand, { max_seats, policy, license_key: 'new' });
  const license_key = bought.license_key.key;
  const { id } = firstOf(bought.licenses);
  const site = (name: string) => ({
    license_key,
    product: 'wp-rocket',
    instance_identifier: name.includes('.') ? `https://${name}` : `https://${name}.example.com`,
  });
  const activate: SeatHolder['activate'] = (name, body = {}, more = {}) =>
    service.call(activateLicense, { body: { ...site(name), ...body }, ...more });
  return {
    id,
    license_key,
    site,
    activate,
    async seatOf(name) {
      const reply = await activate(name);
      if (reply.status >= 300) throw new Error(`${name} got no seat: ${reply.text}`);
      return String(reply.body['activation_id']);
    },
    move: (to, body, more = {}) => service.call(moveLicense, { body: { ...site(to), ...body }, ...more }),
    list: () => service.call(listSeats, { query: { license_key, product: 'wp-rocket' } }),
    async counted() {
      const { license, activations } = await storedLicense(service, id);
      const free = activations.filter(({ status, free_staging }) => status === 'active' && free_staging).length;
      const { seats_used, staging_used } = license;
      return { seats_used, items: seatsTaken(activations), staging_used, free };
    },
  };
}

/** The seats that an answer lists. */
export const seatsIn = ({ body }: Reply): ShownSeat[] => (body['seats'] ?? []) as ShownSeat[];
