import { serveKnownProblems } from '../lib/http/handler.ts';
import { bindRedirect } from '../lib/http/redirect.ts';
import { updateProblems } from '../lib/http/release-problems.ts';
import { download } from '../lib/api/downloads.ts';
import { openLeanRuntime } from '../lib/lean-runtime.ts';
import { bindBucket } from '../lib/packages/with-bucket.ts';
import { downloadPackage } from '../lib/queries/download-package.ts';

export const handler = serveKnownProblems(updateProblems, openLeanRuntime, [
  bindRedirect(download, bindBucket(downloadPackage)),
]);
