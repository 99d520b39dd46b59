import { createRelease } from '../lib/commands/create-release.ts';
import { publishRelease } from '../lib/commands/publish-release.ts';
import { updateRelease } from '../lib/commands/update-release.ts';
import { uploadPackage } from '../lib/commands/upload-package.ts';
import { yankRelease } from '../lib/commands/yank-release.ts';
import { bindBrand } from '../lib/http/binding.ts';
import { serve } from '../lib/http/handler.ts';
import * as routes from '../lib/api/releases.ts';
import { bindBucket } from '../lib/packages/with-bucket.ts';
import { getRelease } from '../lib/queries/get-release.ts';
import { listReleases } from '../lib/queries/list-releases.ts';
import { openRuntime } from '../lib/runtime.ts';

export const handler = serve(openRuntime, [
  bindBrand(routes.createRelease, bindBucket(createRelease)),
  bindBrand(routes.uploadPackage, bindBucket(uploadPackage)),
  bindBrand(routes.publishRelease, bindBucket(publishRelease)),
  bindBrand(routes.yankRelease, yankRelease),
  bindBrand(routes.updateRelease, updateRelease),
  bindBrand(routes.getRelease, getRelease),
  bindBrand(routes.listReleases, listReleases),
]);
