import { open } from 'node:fs/promises';
import type { Asked, Command } from './command.ts';
import { Refused, Usage } from './failures.ts';
import { brand } from './flags.ts';
import { describeExport, waitForEnd } from './progress.ts';
import type { Body } from './service.ts';

const EXPORTS = '/api/v1/brand/exports';
/** The file has license keys and e-mail addresses: nobody else on this machine may read it. */
const OWNER_ONLY = 0o600;

export const exportListCommand: Command = {
  words: 'export list',
  summary: 'List the exports of a brand, newest first',
  flags: brand,
  examples: ['export list --local --brand wp-rocket'],
  run: async (asked) => {
    const service = await asked.brandService(asked.text('brand') ?? '');
    const exports = await service.all(EXPORTS, 'exports');
    // The address of a file is a secret for an hour.
    return { answer: { exports: exports.map(({ download: _address, ...shown }) => shown) } };
  },
};

/** Asks for an export, waits for its end, and writes it to a file that does not exist yet. */
export const exportCommand: Command = {
  words: 'export',
  operand: 'FILE',
  summary: 'Export the licenses or the events of a brand to a file',
  flags: {
    ...brand,
    what: { type: 'string', help: 'licenses or events; the default is licenses' },
    format: { type: 'string', help: 'csv or ndjson; the default is the ending of the file’s name' },
    product: { type: 'string', help: 'only keys with a license of this product, by slug or id' },
    from: { type: 'string', help: 'only events at this time or later; the default is 30 days ago' },
    to: { type: 'string', help: 'only events at this time or earlier' },
  },
  examples: ['export licenses.ndjson --local --brand wp-rocket'],
  run: async (asked) => {
    const service = await asked.brandService(asked.text('brand') ?? '');
    const file = await open(asked.operand, 'wx', OWNER_ONLY).catch((cause: unknown) => {
      throw new Usage(`${JSON.stringify(asked.operand)} exists already, or cannot be written`, { cause });
    });
    try {
      const created = await service.call('POST', EXPORTS, readRequest(asked));
      const id = String(created['id']);
      const ended = await waitForEnd(() => service.call('GET', `${EXPORTS}/${id}`), describeExport);
      if (ended['state'] !== 'done') throw new Refused(`The export ended as ${String(ended['state'])}.`);
      const { url } = ended['download'] as { url: string };
      const answer = await fetch(url);
      if (!answer.ok || answer.body === null) throw new Refused(`The file was not given: ${String(answer.status)}.`);
      for await (const bytes of answer.body) await file.write(bytes);
      const { download: _address, ...shown } = ended;
      return { answer: { ...shown, file: asked.operand } };
    } finally {
      await file.close();
    }
  },
};

function readRequest(asked: Asked): Body {
  const format = asked.text('format') ?? (asked.operand.endsWith('.csv') ? 'csv' : 'ndjson');
  const given = Object.entries({
    what: asked.text('what'),
    product: asked.text('product'),
    from: asked.text('from'),
    to: asked.text('to'),
  });
  return { format, ...Object.fromEntries(given.filter(([, value]) => value !== undefined)) };
}
