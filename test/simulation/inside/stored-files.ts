import { ask } from 'simulated:storage';
import { Unavailable } from '../../../lib/process/outage.ts';
import type { StoredFiles } from '../../../lib/process/stored-files.ts';

// Stands in for lib/process/stored-files.ts in a simulated container, with the same answers and errors.

const send = (operation: string, input: object): Promise<unknown> =>
  ask(operation, input).catch((cause: unknown) => {
    throw new Unavailable('the bucket did not answer', { cause });
  });

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield Promise.resolve(bytes);
}

export const openFiles = (): StoredFiles => ({
  sign: ({ key }) => `https://storage.example/${key}`,
  async put(key, body) {
    await send('put', { key, body });
  },
  async remove(key) {
    await send('remove', { key });
  },
  async read(key, from, _nowMs, mark = null) {
    const found = (await send('open', { key, from })) as { bytes: Uint8Array; size: number; mark: string } | undefined;
    if (found === undefined) return undefined;
    return mark !== null && mark !== found.mark ? 'replaced' : { ...found, bytes: chunksOf(found.bytes) };
  },
  beginParts: async (key) => (await send('begin', { key })) as string,
  putPart: async (key, upload, part, body) => (await send('part', { key: `${key}?${upload}&${part}`, body })) as string,
  async joinParts(key, upload, marks) {
    await send('join', { key, parts: marks.map((_, i) => `${key}?${upload}&${i + 1}`) });
  },
});
