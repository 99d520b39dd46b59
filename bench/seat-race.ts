import { activateLicense } from '../lib/api/activate.ts';
import { getLicense } from '../lib/api/licenses.ts';
import { exactly, figure, type Row } from './rows.ts';
import type { BenchService } from './service.ts';
import { licenseAddress, seatsAt } from './stored.ts';

const GROUP = 'Seats under contention, on dynamodb-local';
const [SEATS, WORKERS, EACH] = [100, 32, 20];
const PRODUCT = 'wp-rocket';
const BUSY = 503;

/**
 * Activates more sites at once than there are seats. Each worker activates its sites one after the other and, like a
 * plugin, retries when the service is busy.
 */
export async function measureSeatRace(service: BenchService): Promise<Row[]> {
  const shop = await service.newShop([PRODUCT]);
  const { licenseKey: license_key, licenseId } = await service.buy(shop, { products: [PRODUCT], max_seats: SEATS });
  const answers = new Map<number, number>();
  const activate = async (instance_identifier: string): Promise<void> => {
    const body = { license_key, product: PRODUCT, instance_identifier };
    const { status } = await service.call(activateLicense, { body }, [200, 201, 422, BUSY]);
    answers.set(status, (answers.get(status) ?? 0) + 1);
    if (status === BUSY) await activate(instance_identifier);
  };
  const worker = async (_: unknown, number: number): Promise<void> => {
    for (let site = 0; site < EACH; site += 1) await activate(`site-${number}-${site}.example.com`);
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: WORKERS }, worker));
  const seconds = (performance.now() - started) / 1000;

  const stored = await seatsAt(service, licenseAddress(shop.prefix, license_key, PRODUCT));
  const active = stored.filter(({ status }) => status === 'active').length;
  const license = await service.call(getLicense, { apiKey: shop.apiKey, params: { license_id: licenseId } });
  const countOf = (status: number): number => answers.get(status) ?? 0;
  // A 503 may hide an activation whose answer came too late: the site retries and gets 200, as it already has its seat.
  const granted = countOf(201) + countOf(200);
  const attempts = [...answers.values()].reduce((sum, count) => sum + count, 0);
  return [
    exactly(
      GROUP,
      `${WORKERS} workers × ${EACH} sites, ${SEATS} seats: activations granted`,
      String(SEATS),
      String(granted),
    ),
    exactly(GROUP, "the license's counter", String(SEATS), String(license.body['seats_used'])),
    exactly(GROUP, 'active items in the table', String(SEATS), String(active)),
    figure(
      GROUP,
      'attempts · refused with 422 · busy or late with 503 · seconds',
      `${attempts} · ${countOf(422)} · ${countOf(BUSY)} · ${seconds.toFixed(1)}`,
    ),
  ];
}
