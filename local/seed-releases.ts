import { createRelease, listReleases, publishRelease } from '../lib/api/releases.ts';
import type { Credentials } from './credentials.ts';
import type { Gateway } from './gateway.ts';
import { caller } from './seed.ts';
import { buildZip } from './zip.ts';

const VERSION = '1.1.0';

/** Publishes a tiny plugin for each demo product that has no release yet, so that a site can be updated from here. */
export async function seedReleases(gateway: Gateway, { brands }: Pick<Credentials, 'brands'>): Promise<void> {
  const all = brands.flatMap(({ api_key, products }) => products.map(({ slug }) => ({ api_key, slug })));
  await Promise.all(all.map(({ api_key, slug }) => seedRelease(caller(gateway, api_key), slug)));
}

async function seedRelease(call: ReturnType<typeof caller>, product: string): Promise<void> {
  const { releases } = await call(listReleases, { product });
  if (!Array.isArray(releases) || releases.length > 0) return;
  const draft = await call(createRelease, { product }, { version: VERSION });
  const { url, headers } = draft['upload'] as { url: string; headers: Record<string, string> };
  const sent = await fetch(url, { method: 'PUT', headers, body: new Uint8Array(demoPlugin(product)) });
  if (!sent.ok) throw new Error(`The demo package of ${product} was not taken: ${String(sent.status)}`);
  await call(publishRelease, { product, release_id: String(draft['id']) }, {});
}

function demoPlugin(folder: string): Buffer {
  const header = [
    '<?php',
    '/**',
    ` * Plugin Name: ${folder} (demo)`,
    ` * Version: ${VERSION}`,
    ' * Requires at least: 5.9',
    ' * Requires PHP: 7.4',
    ' */',
    '',
  ];
  const readme = [
    `=== ${folder} (demo) ===`,
    'Tested up to: 6.8',
    '',
    '== Description ==',
    'A plugin that does nothing, to try updates with.',
    '',
    '== Changelog ==',
    `= ${VERSION} =`,
    '* The first version that this service offers.',
    '',
  ];
  return buildZip([
    { path: `${folder}/${folder}.php`, content: header.join('\n') },
    { path: `${folder}/readme.txt`, content: readme.join('\n') },
  ]);
}
