import type { Asked, Command, Flag, Shown } from './command.ts';
import { brand } from './flags.ts';
import { describeImport, waitForEnd } from './progress.ts';
import type { Body, Service } from './service.ts';

export const IMPORTS = '/api/v1/brand/imports';
const EXAMPLE_ID = '01938c70-1000-7a2b-8c3d-4e5f60718b01';

const noWait: Record<string, Flag> = {
  'no-wait': { type: 'boolean', help: 'return at once, without waiting for the end' },
};

const openBrand = (asked: Asked): Promise<Service> => asked.brandService(asked.text('brand') ?? '');
const pathOf = (id: string): string => `${IMPORTS}/${encodeURIComponent(id)}`;

/** The end of an import, its first faults as a note, and 1 as the exit code if somebody has to look. */
export async function showEnd(service: Service, id: string): Promise<Shown> {
  const ended = await waitForEnd(() => service.call('GET', pathOf(id)), describeImport);
  const outcome = ended['state'] === 'undone' ? 'left' : 'failed';
  const { rows } = await service.call('GET', `${pathOf(id)}/rows?outcome=${outcome}&limit=20`);
  const faults = (rows as Body[]).map(
    ({ line, field, message }) => `line ${String(line)} ${String(field)}: ${String(message)}`,
  );
  const isBad = ended['state'] === 'failed' || faults.length > 0;
  return { answer: ended, ...(faults.length > 0 ? { note: faults.join('\n') } : {}), exitCode: isBad ? 1 : 0 };
}

/** Asks for a change of an import, and waits for its end unless that is not wanted. */
async function act(asked: Asked, action: 'run' | 'cancel' | 'undo'): Promise<Shown> {
  const service = await openBrand(asked);
  const id = asked.operand;
  if (action === 'undo') {
    const { name, counts } = await service.call('GET', pathOf(id));
    const { created } = counts as Record<string, number>;
    const named = `“${String(name)}”, which created ${String(created)} keys`;
    await asked.confirm(`Undo the import ${named}? What nobody has used or changed since is removed.`);
  }
  const answer = await service.call('POST', `${pathOf(id)}/${action}`, {});
  return action === 'cancel' || asked.isSet('no-wait') ? { answer } : showEnd(service, id);
}

/** The commands about imports that exist. `import FILE` starts one. */
export const importCommands: readonly Command[] = [
  {
    words: 'import list',
    summary: 'List the imports of a brand, newest first',
    flags: brand,
    examples: ['import list --local --brand wp-rocket'],
    run: async (asked) => ({ answer: { imports: await (await openBrand(asked)).all(IMPORTS, 'imports') } }),
  },
  {
    words: 'import show',
    operand: 'IMPORT_ID',
    summary: 'Show an import: its state, counts and progress',
    flags: { ...brand, wait: { type: 'boolean', help: 'wait for its end, and show the progress until then' } },
    examples: [`import show ${EXAMPLE_ID} --stage prod --brand wp-rocket --wait`],
    run: async (asked) => {
      const service = await openBrand(asked);
      if (asked.isSet('wait')) return showEnd(service, asked.operand);
      return { answer: await service.call('GET', pathOf(asked.operand)) };
    },
  },
  {
    words: 'import rows',
    operand: 'IMPORT_ID',
    summary: 'List the rows of an import that need a person, with line, field and reason',
    flags: { ...brand, outcome: { type: 'string', help: 'failed, noted or left; the default is failed' } },
    examples: [`import rows ${EXAMPLE_ID} --stage prod --brand wp-rocket --outcome left`],
    run: async (asked) => {
      const outcome = asked.text('outcome') ?? 'failed';
      return {
        answer: { rows: await (await openBrand(asked)).all(`${pathOf(asked.operand)}/rows`, 'rows', { outcome }) },
      };
    },
  },
  {
    words: 'import run',
    operand: 'IMPORT_ID',
    summary: 'Run what was tried dry, or go on with an import that failed, was cancelled or waits',
    flags: { ...brand, ...noWait },
    examples: [`import run ${EXAMPLE_ID} --stage prod --brand wp-rocket`],
    run: (asked) => act(asked, 'run'),
  },
  {
    words: 'import cancel',
    operand: 'IMPORT_ID',
    summary: 'Stop an import; what it has written stays until it is undone',
    flags: brand,
    examples: [`import cancel ${EXAMPLE_ID} --stage prod --brand wp-rocket`],
    run: (asked) => act(asked, 'cancel'),
  },
  {
    words: 'import undo',
    operand: 'IMPORT_ID',
    summary: 'Remove what an import created and nobody has used or changed since',
    flags: { ...brand, ...noWait },
    examples: [`import undo ${EXAMPLE_ID} --stage prod --brand wp-rocket`],
    run: (asked) => act(asked, 'undo'),
  },
];
