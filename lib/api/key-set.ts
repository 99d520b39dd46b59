import * as z from 'zod/mini';
import { DAY_S } from '../domain/time.ts';
import type { Route } from './route.ts';

/** A client keeps the set for a day, as long as the schedule takes to make the next one. */
export const KEY_SET_MAX_AGE_S = DAY_S;

export const getKeySet = {
  operation: 'get_key_set',
  method: 'GET',
  path: '/.well-known/license-keys',
  auth: 'none',
  access: 'read',
  vault: false,
  function: 'key-set',
  input: z.object({}),
  example: {},
  summary: 'Retrieve the keys that proofs are signed with',
  description:
    'A compact JWS, signed by a root key that clients pin: which keys sign proofs now and next, and which are ' +
    'revoked. It counts for 30 days and is made again each day. Its version never goes down. Fetch it again when a ' +
    'proof names a key that you do not know, at most once an hour.',
  success: [
    {
      status: 200,
      description: 'The key set',
      body: z.string(),
      example: 'eyJhbGciOiJFZERTQSIsImtpZCI6…',
      contentType: 'application/jose',
    },
  ],
  refusals: ['unavailable'],
} as const satisfies Route;
