import type { Endpoint } from '../../api/route.ts';
import type { Refusal } from '../../domain/refusal.ts';
import type { Binding } from '../binding.ts';
import type { Page } from '../respond.ts';
import { readFileRequest, type FileRequest } from './encoded-file.ts';

export type AssetRequest = FileRequest & { asset: string | undefined };

/** Binds a route that serves a file. Its answer depends on the encodings and the version that the caller names. */
export function bindFile(
  route: Endpoint & { auth: 'none' },
  serve: (request: AssetRequest) => Page | Refusal,
): Binding {
  return {
    route,
    read: (event) => ({ input: { ...readFileRequest(event), asset: event.pathParameters?.['asset'] } }),
    run: (_ctx, input) => Promise.resolve(serve(input as AssetRequest)),
  };
}
