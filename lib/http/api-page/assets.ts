import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PAGE_FILES, type PageFile } from '../../api/page-files.ts';
import type { Page } from '../respond.ts';
import { serveFile, type FileRequest } from './encoded-file.ts';

type Asset = { path: string; serve: (request: FileRequest) => Page };

/** Reads the files of the API page. The address of each contains a hash of its content. */
export function openAssets(): Record<PageFile, Asset> {
  const assets = Object.entries(PAGE_FILES).map(([name, { from, type }]) => {
    const bytes = readFileSync(locate(name, from));
    const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 10);
    const path = `/api/docs/${name.replace(/(?=\.\w+$)/, `.${hash}`)}`;
    return [name, { path, serve: serveFile({ bytes, contentType: type, isVersioned: true }) }] as const;
  });
  return Object.fromEntries(assets) as Record<PageFile, Asset>;
}

/** In a bundle the files lie beside it, else where the repository has them. */
function locate(name: string, from: string): string {
  const packed = join(import.meta.dirname, name);
  return existsSync(packed) ? packed : join(import.meta.dirname, '../../..', from);
}
