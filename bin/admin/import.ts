import { openAsBlob } from 'node:fs';
import { sleep } from '../../lib/process/timers.ts';
import type { Asked, Command } from './command.ts';
import { Refused, Usage } from './failures.ts';
import { brand, jsonIn, numberIn } from './flags.ts';
import type { Body, Service } from './service.ts';

const IMPORTS = '/api/v1/brand/imports';
const POLL_MS = 1_000;
const AT_WORK: ReadonlySet<unknown> = new Set(['waiting_for_file', 'queued', 'running', 'undoing']);

/** Uploads a file, waits for the end of its import, and shows what became of its rows. */
export const importCommand: Command = {
  words: 'import',
  operand: 'FILE',
  summary: 'Import licenses of a brand from a file of another system; without --run, only try it',
  flags: {
    ...brand,
    preset: { type: 'string', help: 'the system that wrote the file; the default is own' },
    format: { type: 'string', help: 'csv or ndjson; the default is the ending of the file’s name' },
    mapping: { type: 'string', help: 'JSON: columns with other names than in the preset' },
    products: { type: 'string', help: 'JSON: the products of the brand by the names in the file' },
    'on-conflict': { type: 'string', help: 'skip, update or fail; the default is skip' },
    'rows-per-second': { type: 'string', help: 'the most rows in a second; the default is 500' },
    run: { type: 'boolean', help: 'import; without it, nothing is written but a report' },
  },
  examples: ['import licenses.csv --local --brand wp-rocket --preset edd'],
  run: async (asked) => {
    const service = await asked.brandService(asked.text('brand') ?? '');
    const created = await service.call('POST', IMPORTS, readRequest(asked));
    const { url } = created['upload'] as { url: string };
    await upload(url, asked.operand);
    const ended = await waitForEnd(service, String(created['id']));
    const { rows } = await service.call('GET', `${IMPORTS}/${String(created['id'])}/rows?outcome=failed&limit=20`);
    const faults = (rows as Body[]).map(
      ({ line, field, message }) => `line ${String(line)} ${String(field)}: ${String(message)}`,
    );
    const isBad = ended['state'] === 'failed' || faults.length > 0;
    return { answer: ended, ...(faults.length > 0 ? { note: faults.join('\n') } : {}), exitCode: isBad ? 1 : 0 };
  },
};

function readRequest(asked: Asked): Body {
  const ending = asked.operand.split('.').at(-1);
  const format = asked.text('format') ?? (ending === 'csv' ? 'csv' : 'ndjson');
  const given = {
    preset: asked.text('preset'),
    mapping: jsonIn(asked, 'mapping'),
    products: jsonIn(asked, 'products'),
    on_conflict: asked.text('on-conflict'),
    rows_per_second: numberIn(asked, 'rows-per-second'),
  };
  const known = Object.entries(given).filter(([, value]) => value !== undefined);
  return { name: asked.operand, format, mode: asked.isSet('run') ? 'run' : 'dry_run', ...Object.fromEntries(known) };
}

async function upload(url: string, path: string): Promise<void> {
  const file = await openAsBlob(path).catch(() => {
    throw new Usage(`There is no file ${JSON.stringify(path)}`);
  });
  const answer = await fetch(url, { method: 'PUT', body: file });
  if (!answer.ok) throw new Refused(`The file was not taken: ${String(answer.status)}.`);
}

async function waitForEnd(service: Service, id: string): Promise<Body> {
  for (;;) {
    const job = await service.call('GET', `${IMPORTS}/${id}`);
    if (!AT_WORK.has(job['state'])) return job;
    const { percent, rows_per_second, seconds_left } = job['progress'] as Record<string, number | null>;
    console.error(
      `${String(percent)} %, ${String(rows_per_second)} rows a second, ${String(seconds_left ?? '?')} s left …`,
    );
    await sleep(POLL_MS);
  }
}
