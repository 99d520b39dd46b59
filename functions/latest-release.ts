import { bind } from '../lib/http/binding.ts';
import { serveKnownProblems } from '../lib/http/handler.ts';
import { loadUpdateProblems } from '../lib/http/known-problems.ts';
import { latestReleaseByPostEndpoint, latestReleaseEndpoint } from '../lib/api/latest-release-endpoint.ts';
import { openLeanRuntime } from '../lib/lean-runtime.ts';
import { latestRelease } from '../lib/queries/latest-release.ts';

export const handler = serveKnownProblems(loadUpdateProblems, openLeanRuntime, [
  bind(latestReleaseEndpoint, latestRelease),
  bind(latestReleaseByPostEndpoint, latestRelease),
]);
