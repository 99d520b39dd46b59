import type { BrandContext } from '../context.ts';
import { Unavailable } from '../process/outage.ts';
import type { StoredFiles } from '../process/stored-files.ts';
import { openImportStores, type ExportNotice, type ImportNotice, type ImportQueue } from './queue.ts';

/** The context of a brand's call that starts an import. */
export type ImportingContext = BrandContext & { files: StoredFiles; queue: ImportQueue };

/** Gives a verb the container's bucket and queue, which are opened at the first request that needs them. */
export function bindStores<I, A>(verb: (ctx: ImportingContext, input: I) => A): (ctx: BrandContext, input: I) => A {
  return (ctx, input) => verb({ ...ctx, ...openImportStores() }, input);
}

/** Asks for a worker. */
export async function queueWork(
  { queue, table }: ImportingContext,
  notice: ImportNotice | ExportNotice,
): Promise<void> {
  try {
    await queue.send(notice, table.signal);
  } catch (cause) {
    throw new Unavailable('the queue of imports did not take a message', { cause });
  }
}
