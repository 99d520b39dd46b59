import { serveKnownProblems } from '../lib/http/handler.ts';
import { loadUpdateProblems } from '../lib/http/known-problems.ts';
import { bindRedirect } from '../lib/http/redirect.ts';
import { download } from '../lib/api/downloads.ts';
import { openLeanRuntime } from '../lib/lean-runtime.ts';
import { bindBucket } from '../lib/packages/with-bucket.ts';
import { downloadPackage } from '../lib/queries/download-package.ts';

export const handler = serveKnownProblems(loadUpdateProblems, openLeanRuntime, [
  bindRedirect(download, bindBucket(downloadPackage)),
]);
