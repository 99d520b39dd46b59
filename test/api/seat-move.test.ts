import { beforeAll, expect, test } from '@jest/globals';
import { newId } from '../../lib/process/ids.ts';
import { openBackOffice, typesOf, type BackOffice } from '../support/service/back-office.ts';
import { activate, deactivate, untilAnswered, verdict } from '../support/service/purchases.ts';
import { openSeats, type SeatHolder } from '../support/service/seats.ts';
import { storedLicense, upTo } from '../support/table/whole-table.ts';
import { useBrand, useService } from '../support/service/started-service.ts';

const service = useService();
const brand = useBrand(service);
let backOffice: BackOffice;
beforeAll(() => {
  backOffice = openBackOffice(service, brand);
});

const open = (seats: number, policy: object = {}): Promise<SeatHolder> => openSeats(service, brand, seats, policy);
const from = (name: string): object => ({ from_instance: `https://${name}.example.com` });
const codeOf = async (license: SeatHolder, name: string): Promise<string> =>
  (await verdict(service, license.site(name))).code;
const history = async ({ id }: SeatHolder): Promise<string[]> => typesOf((await backOffice.history(id)).slice(1));

test('a site that changed its address gets the seat, in one transaction, and a repeat answers 200', async () => {
  const license = await open(1);
  await activate(service, license.site('old'), { body: { metadata: { plan: 'plus' } } });
  const moved = await license.move('new', from('old'));
  expect(moved).toMatchObject({ status: 201, body: { status: 'active', seats_used: 1, seats_remaining: 0 } });
  expect([await codeOf(license, 'old'), await codeOf(license, 'new')]).toEqual(['not_activated', 'valid']);
  expect(await history(license)).toEqual(['license.activated', 'seat.deactivated', 'license.activated']);
  const { activations } = await storedLicense(service, license.id);
  const stored = activations.find(({ id }) => id === moved.body['activation_id']);
  expect(stored).toMatchObject({ status: 'active', metadata: { plan: 'plus' } });

  const again = await license.move('new', from('old'));
  expect(again).toMatchObject({ status: 200, body: { activation_id: moved.body['activation_id'] } });
  expect(await history(license)).toHaveLength(3);
  expect(moved.body['next_check_at']).toEqual(expect.any(String));
});

test('the old seat can be named by its activation id, and both names have to agree', async () => {
  const license = await open(2);
  const activation_id = await license.seatOf('old');
  await license.seatOf('other');
  expect(await license.move('new', { ...from('other'), activation_id })).toMatchObject({
    status: 400,
    body: { errors: [{ pointer: '/activation_id' }] },
  });
  expect((await license.move('new', { activation_id })).status).toBe(201);
  expect([await codeOf(license, 'old'), await codeOf(license, 'other')]).toEqual(['not_activated', 'valid']);
});

test('a move to an instance that is active already frees the old seat', async () => {
  const license = await open(2);
  await license.seatOf('old');
  const activation_id = await license.seatOf('new');
  expect(await license.move('new', from('old'))).toMatchObject({ status: 200, body: { activation_id, seats_used: 1 } });
  expect(await license.counted()).toMatchObject({ seats_used: 1, items: 1 });
});

test('a move from a seat that was freed before takes a free one, and is refused when there is none', async () => {
  const license = await open(1);
  await license.seatOf('old');
  await deactivate(service, license.site('old'));
  expect((await license.move('new', from('old'))).status).toBe(201);
  const refused = await license.move('third', from('old'));
  expect(refused).toMatchObject({ status: 422, body: { code: 'seat_limit_reached', seats: [{ kind: 'production' }] } });
});

test('a move from an instance that never was active is 404 and changes nothing', async () => {
  const license = await open(1);
  await license.seatOf('active');
  for (const body of [from('nobody'), { activation_id: newId(Date.now()) }])
    for (const to of ['new', 'active'])
      expect(await license.move(to, body)).toMatchObject({ status: 404, body: { code: 'activation_not_found' } });
  expect(await history(license)).toEqual(['license.activated']);
});

test('a move to the same instance changes nothing', async () => {
  const license = await open(1);
  const activation_id = await license.seatOf('old');
  expect(await license.move('old', from('old'))).toMatchObject({ status: 200, body: { activation_id } });
  expect(await history(license)).toEqual(['license.activated']);
});

test.each([
  ['suspend', 'license_suspended'],
  ['cancel', 'license_cancelled'],
] as const)('after %s a move is refused and frees nothing', async (action, code) => {
  const license = await open(1);
  await license.seatOf('old');
  await backOffice[action](license.id);
  expect(await license.move('new', from('old'))).toMatchObject({ status: 422, body: { code } });
  expect(await license.counted()).toMatchObject({ seats_used: 1, items: 1 });
});

test('a move counts as one, and is refused with nothing freed once moves are used up', async () => {
  const license = await open(1, { seat_moves_per_30_days: 1 });
  await license.seatOf('first');
  expect((await license.move('second', from('first'))).status).toBe(201);
  expect(await license.move('third', from('second'))).toMatchObject({ body: { code: 'seat_moves_exhausted' } });
  expect(await codeOf(license, 'second')).toBe('valid');
});

test('20 moves of one seat at the same time end with one active site', async () => {
  const license = await open(1);
  await license.seatOf('old');
  await Promise.all(upTo(20).map((n) => untilAnswered(() => license.move(`new-${n}`, from('old')))));
  expect(await license.counted()).toMatchObject({ seats_used: 1, items: 1 });
  const { license: stored, journal } = await storedLicense(service, license.id);
  expect(journal.map(({ seq }) => seq)).toEqual(upTo(stored.seq));
});

test.each([
  [{}, '/from_instance'],
  [{ from_instance: '' }, '/from_instance'],
  [{ from_instance: 'not a site' }, '/from_instance'],
  [{ activation_id: 'not-an-id' }, '/activation_id'],
])('a move with %j is 400 and names the field', async (body, pointer) => {
  const license = await open(1);
  const refused = await license.move('new', body);
  expect(refused.status).toBe(400);
  expect(refused.body['errors']).toEqual([expect.objectContaining({ pointer })]);
});
