import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import { readImportsConfig } from '../process/config.ts';
import { makeOnce } from '../process/make-once.ts';
import { openFiles, type StoredFiles } from '../process/stored-files.ts';
import { assertTaken, openQueueClient } from '../process/queue-client.ts';

/** A message of the queue: an import or an export that is to be worked on. */
export type ImportNotice = { brand: string; importId: string };
export type ExportNotice = { brand: string; exportId: string };

export type ImportQueue = { send: (notice: ImportNotice | ExportNotice, signal: AbortSignal) => Promise<void> };

/** The file of an import, by which the bucket names it when it is whole. */
export const importFileKey = ({ brand, importId }: ImportNotice): string => `imports/${brand}/${importId}`;

export const exportFileKey = ({ brand, exportId }: ExportNotice, ending: string): string =>
  `exports/${brand}/${exportId}.${ending}`;

const Own = z.object({ brand: z.string(), import_id: z.string() });
const OwnExport = z.object({ brand: z.string(), export_id: z.string() });
/** S3's own message about a new file. */
const FromBucket = z.object({
  Records: z.array(z.object({ s3: z.object({ object: z.object({ key: z.string() }) }) })),
});

/** The imports and exports that a message is about; none for a test message of S3. */
export function readNotices(body: string): (ImportNotice | ExportNotice)[] {
  const value = parseBody(body);
  const own = Own.safeParse(value);
  if (own.success) return [{ brand: own.data.brand, importId: own.data.import_id }];
  const ownExport = OwnExport.safeParse(value);
  if (ownExport.success) return [{ brand: ownExport.data.brand, exportId: ownExport.data.export_id }];
  const fromBucket = FromBucket.safeParse(value);
  if (!fromBucket.success) return [];
  return fromBucket.data.Records.flatMap(({ s3 }) => {
    const [, brand, importId] = /^imports\/([^/]+)\/([^/]+)$/.exec(decodeURIComponent(s3.object.key)) ?? [];
    return brand === undefined || importId === undefined ? [] : [{ brand, importId }];
  });
}

function parseBody(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** The bucket and the queue of a container, opened at its first call. */
export const openImportStores = makeOnce((): { files: StoredFiles; queue: ImportQueue } => {
  const { region, bucket, filesEndpoint, queueEndpoint, queueUrl } = readImportsConfig();
  const client = openQueueClient({ region, endpoint: queueEndpoint });
  return {
    files: openFiles({ region, bucket, endpoint: filesEndpoint }),
    queue: {
      async send(notice, signal) {
        const { brand } = notice;
        const named = 'importId' in notice ? { import_id: notice.importId } : { export_id: notice.exportId };
        const entry = { Id: '0', MessageBody: JSON.stringify({ brand, ...named }) };
        const command = new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: [entry] });
        assertTaken(await client.send(command, { abortSignal: signal }), 1);
      },
    },
  };
});
