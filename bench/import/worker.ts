import { once } from 'node:events';
import { importRow } from '../../lib/commands/import-row.ts';
import { retryWhileAway } from '../../lib/imports/patience.ts';
import { engineWire, openBenchImport, openTable, parsedRowAt } from './shop.ts';

// One worker of the bench is a process: it reads its part as arguments, says that it is ready, waits for a line of its
// input, and imports its rows.
const [, , endpoint = '', name = '', dataKey = '', first = '0', rows = '0'] = process.argv;
/** A worker of the service has as many rows at once. */
const AT_ONCE = 16;

const context = await openBenchImport(openTable(name, engineWire(endpoint)), Buffer.from(dataKey, 'hex'));
const waiting = Array.from({ length: Number(rows) }, (_, i) => Number(first) + i);
console.log('ready');
await once(process.stdin, 'data');
const startedMs = performance.now();
const lane = async (): Promise<void> => {
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const line = next;
    await retryWhileAway(context.table.signal, () => importRow(context, { line, row: parsedRowAt(line, 3) }));
  }
};
await Promise.all(Array.from({ length: AT_ONCE }, lane));
console.log(String(performance.now() - startedMs));
process.exit(0);
