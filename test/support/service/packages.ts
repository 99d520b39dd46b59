import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SQSBatchResponse } from 'aws-lambda';
import { BUCKET_NAME, startBucket, type ArrivedObject } from '../../../local/bucket.ts';
import { buildZip, type ZipFile } from '../../../local/zip.ts';
import { onItsRole } from '../run/roles.ts';
import { byOperation, type Reply, type Service, type TestBrand } from './service.ts';

/** The bucket of this test file, and the uploads that wait for their check. */
export type Packages = { endpoint: string; arrived: ArrivedObject[] };

/** Starts a bucket on a folder, and points this file's functions to it. */
async function startPackages(): Promise<Packages> {
  const arrived: ArrivedObject[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'license-service-bucket-'));
  const { endpoint } = await startBucket(folder, (object) => arrived.push(object));
  Object.assign(process.env, { PACKAGE_BUCKET_NAME: BUCKET_NAME, PACKAGE_BUCKET_ENDPOINT: endpoint });
  return { endpoint, arrived };
}

let started: Promise<Packages> | undefined;
/** The one bucket of this test file. */
export function startPackagesOnce(): Promise<Packages> {
  started ??= startPackages();
  return started;
}

/** The event of an object that has arrived, as the queue brings it. */
const arrivalOf = (object: ArrivedObject) => ({
  Records: [{ messageId: 'm', body: JSON.stringify({ detail: { object } }) }],
});

/** Checks the uploads that have arrived since the last call. */
export async function checkArrived({ arrived }: Packages): Promise<SQSBatchResponse[]> {
  const answers: SQSBatchResponse[] = [];
  for (const object of arrived.splice(0)) answers.push(await checkObject(object));
  return answers;
}

export async function checkObject(object: ArrivedObject): Promise<SQSBatchResponse> {
  // Few files check a package, and loading the function takes longer than most of their tests.
  const { handler } = await import('../../../functions/inspect-package.ts');
  return onItsRole('inspect-package', () =>
    handler(arrivalOf(object) as Parameters<typeof handler>[0], {
      awsRequestId: 'inspect',
      getRemainingTimeInMillis: () => 60_000,
    }),
  );
}

/** A plugin's package: its main file and a readme. */
export const pluginZip = (folder: string, version: string, more: readonly ZipFile[] = []): Buffer =>
  buildZip([
    {
      path: `${folder}/${folder}.php`,
      content: `<?php\n/**\n * Plugin Name: ${folder}\n * Version: ${version}\n * Requires PHP: 7.4\n */\n`,
    },
    {
      path: `${folder}/readme.txt`,
      content: [
        `=== ${folder} ===`,
        'Requires at least: 6.0',
        'Tested up to: 6.8',
        '',
        '== Description ==',
        'Fast.',
        '',
        '== Changelog ==',
        `= ${version} =`,
        '* Better.',
        '',
      ].join('\n'),
    },
    ...more,
  ]);

type Draft = { id: string; upload: { url: string; headers: Record<string, string> } };

/** Sends a package to the address that a draft has given. */
export const put = ({ upload: { url, headers } }: Draft, body: Buffer): Promise<Response> =>
  fetch(url, { method: 'PUT', headers, body: new Uint8Array(body) });

export type ReleaseOffice = ReturnType<typeof openReleaseOffice>;

/** A brand's releases of one product. */
export function openReleaseOffice(service: Service, packages: Packages, shop: TestBrand, product = 'wp-rocket') {
  const call = (operation: string, params: Record<string, string>, body?: object): Promise<Reply> =>
    service.call(byOperation(operation), {
      apiKey: shop.apiKey,
      params: { product, ...params },
      ...(body === undefined ? {} : { body }),
    });
  const draft = async (version: string, body: object = {}): Promise<Draft> => {
    const reply = await call('create_release', {}, { version, ...body });
    if (reply.status !== 201) throw new Error(reply.text);
    return reply.body as Draft;
  };
  return {
    call,
    draft,
    get: (release_id: string) => call('get_release', { release_id }),
    publish: (release_id: string) => call('publish_release', { release_id }, {}),
    yank: (release_id: string) => call('yank_release', { release_id }, { reason: 'broken' }),
    change: (release_id: string, body: object) => call('update_release', { release_id }, body),
    /** A draft whose package has been checked. */
    async uploaded(version: string, zip = pluginZip(product, version), body: object = {}): Promise<Reply['body']> {
      const made = await draft(version, body);
      const answer = await put(made, zip);
      if (!answer.ok) throw new Error(await answer.text());
      await checkArrived(packages);
      return (await call('get_release', { release_id: made.id })).body;
    },
    async published(version: string, body: object = {}): Promise<Reply['body']> {
      const { id } = await this.uploaded(version, pluginZip(product, version), body);
      const reply = await call('publish_release', { release_id: String(id) }, {});
      if (reply.status !== 200) throw new Error(reply.text);
      return reply.body;
    },
  };
}
