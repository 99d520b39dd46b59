import { DeleteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { importKeys, platformKeys } from '../../../lib/table/keys.ts';
import { openRuntime } from '../../../lib/runtime.ts';
import { onItsRole } from '../run/roles.ts';
import type { Imports } from './import-files.ts';
import { sampleRow } from './import-rows.ts';
import { byOperation } from './service.ts';
import type { World } from './world.ts';

/** Imports, changes and removes keys, one of which has more seats than a transaction holds, and exports the brand. */
export async function exerciseImports(world: World, { create, act, work }: Imports): Promise<void> {
  await world.documents.send(new DeleteCommand({ TableName: world.tableName, Key: platformKeys.dataKeyMark() }));
  await onItsRole('run-import', () => openRuntime().vault(AbortSignal.timeout(9_000)));
  const brand = world.shop;
  const rows = (seats: number, also: object[] = []): string =>
    [sampleRow('grants-key-1', seats, { external_id: 'import-1' }), sampleRow('grants-key-2', 120)]
      .map((row, i) => ({ ...row, per_customer: i === 0, licenses: [...row.licenses, ...(i === 0 ? also : [])] }))
      .map((row) => `${JSON.stringify(row)}\n`)
      .join('');
  const run = async (body: object, offset = 0): Promise<string> => {
    const made = await create(brand, { format: 'ndjson', mode: 'run', ...body });
    const Key = importKeys.job(brand.key_prefix, String(made.body['id']));
    const change = { UpdateExpression: 'SET #o = :o', ExpressionAttributeNames: { '#o': 'offset' } };
    const begun = { ...change, ExpressionAttributeValues: { ':o': offset } };
    await world.documents.send(new UpdateCommand({ TableName: world.tableName, Key, ...begun }));
    await work();
    return String(made.body['id']);
  };
  const first = await run({ file: rows(2) });
  const second = await run({ on_conflict: 'update', file: rows(3, [{ product: 'imagify', expires_at: null }]) });
  await run({ file: '{}\n' });
  // A later call of an update reads which rows had failed before.
  await run({ on_conflict: 'update', file: ' \n{}\n' }, 2);
  for (const id of [second, first]) {
    await act(brand, 'undo', id);
    await work();
  }
  const third = await run({
    file: `${JSON.stringify({ ...sampleRow('grants-key-3', 1, { external_id: 'import-3' }), per_customer: true })}\n`,
  });
  await act(brand, 'undo', third);
  for (const what of ['licenses', 'events'])
    await world.call(byOperation('create_export'), { apiKey: brand.apiKey, body: { what } });
  await work();
}
