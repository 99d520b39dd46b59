import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PAGE_FILES, type PageFile } from '../../api/page-files.ts';
import type { Page } from '../respond.ts';
import { serveFile, type FileRequest } from './encoded-file.ts';

type Asset = { path: string; serve: (request: FileRequest) => Page };

/** Reads the files of the API page. */
export const openAssets = (): Record<PageFile, Asset> => openFiles(PAGE_FILES, '/api/docs');

/** Reads files that pages load. The address of each contains a hash of its content. */
export function openFiles<N extends string>(
  files: Readonly<Record<N, { from: string; type: string }>>,
  folder: string,
): Record<N, Asset> {
  const assets = Object.entries<{ from: string; type: string }>(files).map(([name, { from, type }]) => {
    const bytes = readFileSync(locate(name, from));
    const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 10);
    const path = `${folder}/${name.replace(/(?=\.\w+$)/, `.${hash}`)}`;
    return [name, { path, serve: serveFile({ bytes, contentType: type, isVersioned: true }) }] as const;
  });
  return Object.fromEntries(assets) as Record<N, Asset>;
}

/** The files lie beside a bundle, and else where the repository has them. */
function locate(name: string, from: string): string {
  const packed = join(import.meta.dirname, name);
  return existsSync(packed) ? packed : join(import.meta.dirname, '../../..', from);
}
