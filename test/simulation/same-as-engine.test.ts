import { randomUUID } from 'node:crypto';
import type { AttributeValue, QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createTable, localClient } from '../../local/create-table.ts';
import { sdkWire } from '../../lib/dynamo/sdk-wire.ts';
import type { Table } from '../../lib/dynamo/table.ts';
import type { Wire } from '../../lib/dynamo/wire.ts';
import { engineEndpoint } from '../support/run/engine-endpoint.ts';
import { tablesOfThisFile } from '../support/run/tables.ts';
import { scanTable } from '../support/table/scan.ts';
import { openEngine, type Engine } from './engine/engine.ts';
import { runStep, steps } from './random-program.ts';
import { fc } from '../support/run/properties.ts';

/** `SIMULATION_STEPS=10000` runs the long form. */
const STEPS = Number(process.env['SIMULATION_STEPS'] ?? 1_500);
const PROGRAM = 50;

const tableName = `test-${randomUUID()}`;
let wire: ReturnType<typeof sdkWire>;
let engine: Engine;

beforeAll(async () => {
  const endpoint = engineEndpoint();
  await createTable(localClient(endpoint), tableName, { stream: false });
  tablesOfThisFile.push({ endpoint, tableName });
  wire = sdkWire({ endpoint, region: 'eu-west-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } });
  engine = openEngine({ tableName, nowMs: Date.now });
});
afterAll(() => wire.client.destroy());

type Settled = { answer: Record<string, unknown> } | { error: Error };
type Reason = { Code?: string; Item?: object };

async function settle(ask: () => Promise<object> | object): Promise<Settled> {
  try {
    return { answer: (await ask()) as Record<string, unknown> };
  } catch (error) {
    if (!(error instanceof Error) || !('$metadata' in error)) throw error;
    return { error };
  }
}

/** An answer or error without what each engine words in its own way. */
function readSettled(settled: Settled): object {
  if ('error' in settled) {
    const {
      name,
      Item,
      CancellationReasons: reasons,
    } = settled.error as Error & Reason & { CancellationReasons?: Reason[] };
    // DynamoDB names the write whose path does not exist, DynamoDB Local refuses the whole request. Nothing is written.
    if (reasons?.some(({ Code }) => Code === 'ValidationError') === true) return { name: 'ValidationException' };
    return { name, Item, reasons: reasons?.map(({ Code, Item: item }) => ({ Code, Item: item })) };
  }
  const { $metadata: _, UnprocessedKeys: _none, Responses, ...answer } = settled.answer;
  return { ...answer, batch: inOneOrder(Object.values((Responses ?? {}) as Record<string, Item[]>).flat()) };
}

/** DynamoDB promises no order of the items in a batch. */
const inOneOrder = (items: readonly Item[]): Item[] =>
  items.toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
const nameOf = ({ pk, sk }: Item): string => `${String(pk?.S)} ${String(sk?.S)}`;
type Item = Readonly<Record<string, AttributeValue>>;

/** A last page may or may not say where the next one would begin. Where more follows, both have to. */
function dropLastKeys(input: QueryCommandInput, both: readonly Settled[]): void {
  const [answer, ...others] = both.flatMap((settled) => ('answer' in settled ? [settled.answer] : []));
  const last = (answer?.['LastEvaluatedKey'] ?? others[0]?.['LastEvaluatedKey']) as Item | undefined;
  if (last === undefined || engine.execute('Query', { ...input, ExclusiveStartKey: last }).Count !== 0) return;
  for (const settled of both) if ('answer' in settled) delete settled.answer['LastEvaluatedKey'];
}

test('the simulated engine answers any program as DynamoDB Local does, and ends with the same table', async () => {
  let programs = 0;
  const errors = new Set<string>();
  const both: Wire = async (operation, input, signal) => {
    const real = await settle(() => wire(operation, input, signal));
    const simulated = await settle(() => engine.execute(operation, input));
    if (operation === 'Query') dropLastKeys(input as QueryCommandInput, [real, simulated]);
    const request = JSON.stringify({ operation, input });
    expect({ request, ...readSettled(simulated) }).toEqual({ request, ...readSettled(real) });
    if ('error' in real) {
      errors.add(real.error.name);
      throw real.error;
    }
    return real.answer as Awaited<ReturnType<typeof wire<typeof operation>>>;
  };
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: PROGRAM, maxLength: PROGRAM, size: 'max' }), async (program) => {
      programs += 1;
      const owner = `P${String(programs)}`;
      const table: Table = { wire: both, name: tableName, owners: [owner], signal: AbortSignal.timeout(60_000) };
      for (const step of program) await runStep(table, owner, step);
    }),
    { numRuns: Math.ceil(STEPS / PROGRAM), endOnFailure: true },
  );
  expect(inOneOrder(engine.store.items())).toEqual(inOneOrder(await scanTable(tableName)));
  expect([...errors].sort()).toEqual([
    'ConditionalCheckFailedException',
    'TransactionCanceledException',
    'ValidationException',
  ]);
}, 600_000);
