import { createHash } from 'node:crypto';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Page } from '../respond.ts';

type Encoding = 'br' | 'gzip' | 'identity';

/** The headers of a request that decide in which form it gets a file, and if it has the file already. */
export type FileRequest = { acceptEncoding: string; ifNoneMatch: string | undefined };

export const readFileRequest = ({ headers }: Pick<APIGatewayProxyEventV2, 'headers'>): FileRequest => ({
  acceptEncoding: headers['accept-encoding'] ?? '',
  ifNoneMatch: headers['if-none-match'],
});

export type PublicFile = {
  bytes: Buffer;
  contentType: string;
  /** The Content-Security-Policy of a page; undefined for all else. */
  policy?: string;
  /** The version of a file whose address changes with its content never changes. */
  isVersioned?: true;
};

/** Serves a public file: compressed once per container, with a strong ETag, and as 304 to callers who have it. */
export function serveFile({ bytes, contentType, policy, isVersioned }: PublicFile): (request: FileRequest) => Page {
  const hash = createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
  const forms = new Map<Encoding, Buffer>();
  const inForm = (encoding: Encoding): Buffer => {
    const form = forms.get(encoding) ?? encode(bytes, encoding);
    forms.set(encoding, form);
    return form;
  };
  return ({ acceptEncoding, ifNoneMatch }) => {
    const encoding = encodingFor(acceptEncoding);
    const etag = `"${hash}-${encoding}"`;
    const page = {
      kind: 'page' as const,
      contentType,
      ...(policy === undefined ? {} : { policy }),
      headers: {
        etag,
        vary: 'accept-encoding',
        'cache-control': isVersioned === true ? 'public, max-age=31536000, immutable' : 'no-cache',
        ...(encoding === 'identity' ? {} : { 'content-encoding': encoding }),
      },
    };
    return hasVersion(ifNoneMatch, etag)
      ? { ...page, status: 304, page: '' }
      : { ...page, status: 200, page: inForm(encoding) };
  };
}

/** RFC 9110 §13.1.2: a weak comparison with each ETag of the list, or `*`. */
const hasVersion = (ifNoneMatch: string | undefined, etag: string): boolean =>
  (ifNoneMatch ?? '').split(',').some((one) => ['*', etag, `W/${etag}`].includes(one.trim()));

/** The best form that the caller accepts (RFC 9110 §12.5.3). A coding with the weight 0 is not accepted. */
function encodingFor(acceptEncoding: string): Encoding {
  const accepted = acceptEncoding
    .toLowerCase()
    .split(',')
    .map((one) => one.split(';').map((part) => part.trim()))
    .filter(([, weight = 'q=1']) => !/^q=0(?:\.0*)?$/.test(weight))
    .map(([coding]) => coding);
  return (['br', 'gzip'] as const).find((coding) => accepted.includes(coding)) ?? 'identity';
}

/** Quality 5 of 11 takes a third of a second for the largest file, and makes it 10 % larger than the best quality. */
function encode(bytes: Buffer, encoding: Encoding): Buffer {
  if (encoding === 'br') return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } });
  return encoding === 'gzip' ? gzipSync(bytes) : bytes;
}
