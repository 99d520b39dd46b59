import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { filesEnvironment, startFiles } from '../../../local/files.ts';
import type { Invocation } from '../../../lib/job.ts';
import { onItsRole } from '../run/roles.ts';
import { wholeTable, type StoredItem } from '../table/whole-table.ts';
import { startQueueSink, type QueueSink } from '../webhooks/queue-sink.ts';
import { sampleRow } from './import-rows.ts';
import { byOperation, type Reply, type Service, type TestBrand } from './service.ts';

/** A bucket for this file's functions, in a folder of its own. Returns the keys of the files that became whole. */
export async function startTestFiles(): Promise<string[]> {
  const stored: string[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'license-service-files-'));
  const files = await startFiles(folder, (key) => stored.push(key));
  Object.assign(process.env, filesEnvironment(files));
  return stored;
}

type Handler = (event: SQSEvent, invocation: Invocation) => Promise<SQSBatchResponse>;

export type Imports = {
  queue: QueueSink;
  create: (brand: TestBrand, body: object) => Promise<Reply>;
  act: (brand: TestBrand, action: 'run' | 'cancel' | 'undo', id: string) => Promise<Reply>;
  get: (brand: TestBrand, id: string) => Promise<Reply>;
  rows: (brand: TestBrand, id: string, outcome?: string) => Promise<Record<string, unknown>[]>;
  /** Hands the messages of the queue to the worker until there are none. `ms` is the time of each call. */
  work: (ms?: number) => Promise<number>;
  /** Hands out one message and returns what the worker answered. */
  workOnce: (body: object, ms?: number) => Promise<SQSBatchResponse>;
};

/** Imports as on AWS: bucket, queue and worker, the latter called by the test. */
export async function startImports(service: Service): Promise<Imports> {
  const sink = await startQueueSink();
  const stored = await startTestFiles();
  const workOnce: Imports['workOnce'] = async (body, ms = 60_000) => {
    const { handler } = (await import('../../../functions/run-import.ts')) as unknown as { handler: Handler };
    const Records = [{ messageId: 'm', body: JSON.stringify(body) }] as SQSEvent['Records'];
    const endMs = performance.now() + ms;
    const invocation = {
      awsRequestId: `worker-${String(endMs)}`,
      getRemainingTimeInMillis: () => endMs - performance.now(),
    };
    return onItsRole('run-import', () => handler({ Records }, invocation));
  };
  const call = (brand: TestBrand, operation: string, rest: object): Promise<Reply> =>
    service.call(byOperation(operation), { apiKey: brand.apiKey, ...rest });
  return {
    queue: sink,
    create: (brand, body) => call(brand, 'create_import', { body: { name: 'Old shop', ...body } }),
    act: (brand, action, import_id) => call(brand, `${action}_import`, { params: { import_id }, body: {} }),
    get: (brand, import_id) => call(brand, 'get_import', { params: { import_id } }),
    rows: async (brand, import_id, outcome = 'failed') => {
      const reply = await call(brand, 'list_import_rows', { params: { import_id }, query: { outcome } });
      return reply.body['rows'] as Record<string, unknown>[];
    },
    work: async (ms) => {
      let calls = 0;
      for (;;) {
        const key = stored.shift();
        const fromBucket = key === undefined ? undefined : { Records: [{ s3: { object: { key } } }] };
        const at = sink.taken.findIndex(({ queue }) => queue === 'imports');
        const [queued] = fromBucket === undefined && at >= 0 ? sink.taken.splice(at, 1) : [];
        const body = fromBucket ?? queued?.body;
        if (body === undefined) return calls;
        await workOnce(body, ms);
        calls += 1;
      }
    },
    workOnce,
  };
}

export const jsonLine = (row: unknown): string => `${JSON.stringify(row)}\n`;

let made = 0;
/** A row with a key and a customer of its own. */
export function freshRow(sites = 1, license: Record<string, unknown> = {}) {
  made += 1;
  const key = `imported-key-${String(made).padStart(6, '0')}`;
  return { ...sampleRow(key, sites, license), customer_email: `person-${String(made)}@example.com` };
}

/** Starts an import and returns its id. */
export async function startImport({ create }: Imports, brand: TestBrand, body: object): Promise<string> {
  const reply = await create(brand, body);
  if (reply.status !== 201) throw new Error(reply.text);
  return String(reply.body['id']);
}

/** A brand's items without those of imports themselves, and without counters. */
export const importedItems = async (service: Service, brand: TestBrand): Promise<StoredItem[]> =>
  (await wholeTable(service)).filter(
    ({ pk }) => pk.startsWith(`${brand.key_prefix}#`) && !/#imports$|#import#|#rate#|#once#|#api-key#/.test(pk),
  );
