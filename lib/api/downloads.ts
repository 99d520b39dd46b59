import * as z from 'zod/mini';
import { describe } from '../domain/describe.ts';
import type { Route } from './route.ts';
import { plainText } from './schemas/plain-text.ts';

export const download = {
  operation: 'download_package',
  method: 'GET',
  path: '/downloads/{token}',
  function: 'downloads',
  auth: 'none',
  access: 'read',
  vault: true,
  summary: 'Download a package',
  description:
    'Leads to the package of a link that an answer has given. License, seat and release are checked again: a ' +
    'changed link, or a license that may not any more, is refused with 403. A yanked release or an ended link is ' +
    'refused with 410.',
  input: z.object({ token: describe(plainText(2_048), 'The last part of the link') }),
  example: { token: 'v1-3Yk0…' },
  success: [
    {
      status: 302,
      description: 'The address of the package',
      body: z.string(),
      example: '<!doctype html>…',
      contentType: 'text/html',
    },
  ],
  refusals: [
    'bad_request',
    'body_too_large',
    'download_not_allowed',
    'download_ended',
    'busy',
    'unavailable',
    'internal_error',
  ],
} as const satisfies Route;

export const downloadRoutes: readonly Route[] = [download];
