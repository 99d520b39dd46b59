import { constants, openAsBlob } from 'node:fs';
import { access } from 'node:fs/promises';
import type { Asked, Command } from './command.ts';
import { Refused, Usage } from './failures.ts';
import { brand, jsonIn, numberIn } from './flags.ts';
import { IMPORTS, showEnd } from './imports.ts';
import type { Body } from './service.ts';

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
    defaults: { type: 'string', help: 'JSON: the product and policy of licenses whose rows name none' },
    'emit-events': { type: 'boolean', help: 'send the events of the import to webhook endpoints' },
    'rows-per-second': { type: 'string', help: 'the most rows in a second; the default is 500' },
    run: { type: 'boolean', help: 'import; without it, nothing is written but a report' },
  },
  examples: ['import licenses.csv --local --brand wp-rocket --preset edd'],
  run: async (asked) => {
    const file = await openFile(asked.operand);
    const service = await asked.brandService(asked.text('brand') ?? '');
    const created = await service.call('POST', IMPORTS, readRequest(asked));
    const { url } = created['upload'] as { url: string };
    await upload(url, file);
    return showEnd(service, String(created['id']));
  },
};

function readRequest(asked: Asked): Body {
  const ending = asked.operand.split('.').at(-1);
  const format = asked.text('format') ?? (ending === 'csv' ? 'csv' : 'ndjson');
  const given = {
    preset: asked.text('preset'),
    mapping: jsonIn(asked, 'mapping'),
    products: jsonIn(asked, 'products'),
    defaults: jsonIn(asked, 'defaults'),
    on_conflict: asked.text('on-conflict'),
    emit_events: asked.isSet('emit-events') ? true : undefined,
    rows_per_second: numberIn(asked, 'rows-per-second'),
  };
  const known = Object.entries(given).filter(([, value]) => value !== undefined);
  return { name: asked.operand, format, mode: asked.isSet('run') ? 'run' : 'dry_run', ...Object.fromEntries(known) };
}

/** Before anything is asked for: a mistyped name leaves no import that waits for its file. */
async function openFile(path: string): Promise<Blob> {
  await access(path, constants.R_OK).catch((cause: unknown) => {
    throw new Usage(`There is no file ${JSON.stringify(path)} that can be read`, { cause });
  });
  return openAsBlob(path);
}

async function upload(url: string, body: Blob): Promise<void> {
  const answer = await fetch(url, { method: 'PUT', body });
  if (!answer.ok) throw new Refused(`The file was not taken: ${String(answer.status)}.`);
}
