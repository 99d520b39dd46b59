import { getKeySet as route, KEY_SET_MAX_AGE_S } from '../lib/api/key-set.ts';
import { openCheckRuntime } from '../lib/check-runtime.ts';
import { serveKnownProblems } from '../lib/http/handler.ts';
import { loadCommonProblems } from '../lib/http/known-problems.ts';
import { bindText } from '../lib/http/text-binding.ts';
import { getKeySet } from '../lib/queries/get-key-set.ts';

export const handler = serveKnownProblems(loadCommonProblems, openCheckRuntime, [
  bindText(route, { contentType: 'application/jose', maxAgeS: KEY_SET_MAX_AGE_S }, getKeySet),
]);
