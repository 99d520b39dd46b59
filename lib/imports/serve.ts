import { errorText } from '../process/error-text.ts';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Runtime } from '../context.ts';
import { redact } from '../domain/redact.ts';
import { handleMessages, openJob, type Invocation } from '../job.ts';
import { openImportStores, readNotices } from './queue.ts';
import { workOnExport } from './export.ts';
import { workOnImport } from './work.ts';

type ImportHandler = (event: SQSEvent, invocation: Invocation) => Promise<SQSBatchResponse>;

/** A transaction of a row takes about ten milliseconds. */
const ROWS_AT_ONCE = 16;

/** Works on the imports of a queue's messages. A message that failed is handed out again. */
export function serveImports(openRuntime: () => Runtime, { atOnce = ROWS_AT_ONCE } = {}): ImportHandler {
  let runtime: Runtime | undefined;
  return async (event, invocation) => {
    runtime ??= openRuntime();
    const { vault, metrics } = runtime;
    const job = openJob(runtime, invocation);
    const work = async (body: string): Promise<void> => {
      const ctx = { ...job, ...openImportStores(), vault: await vault(job.stop), atOnce };
      for (const notice of readNotices(body))
        await ('importId' in notice ? workOnImport(ctx, notice) : workOnExport(ctx, notice));
    };
    return handleMessages(
      event,
      ({ body }) => work(body),
      (error) =>
        job.logger.error({
          event: 'imports.call_failed',
          message: 'an import was not worked on to its end; its message is handed out again',
          error: redact(errorText(error)),
        }),
    ).finally(metrics.flush);
  };
}
