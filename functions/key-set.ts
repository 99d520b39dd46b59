import { getKeySet as route, KEY_SET_MAX_AGE_S } from '../lib/api/key-set.ts';
import { openCheckRuntime } from '../lib/check-runtime.ts';
import { commonProblems } from '../lib/http/common-problems.ts';
import { serveKnownProblems } from '../lib/http/handler.ts';
import { bindText } from '../lib/http/text-binding.ts';
import { getKeySet } from '../lib/queries/get-key-set.ts';

export const handler = serveKnownProblems(commonProblems, openCheckRuntime, [
  bindText(route, { contentType: 'application/jose', maxAgeS: KEY_SET_MAX_AGE_S }, getKeySet),
]);
