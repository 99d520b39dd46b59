import { bindBasicAuth } from '../lib/http/basic-auth.ts';
import { bind } from '../lib/http/binding.ts';
import { serve } from '../lib/http/handler.ts';
import { redirectTo } from '../lib/http/redirect.ts';
import * as routes from '../lib/api/composer.ts';
import { openLeanRuntime } from '../lib/lean-runtime.ts';
import { composerDist } from '../lib/queries/composer-dist.ts';
import { composerPackage, composerRoot } from '../lib/queries/composer-package.ts';

export const handler = serve(openLeanRuntime, [
  bind(routes.composerRoot, composerRoot),
  bindBasicAuth(routes.composerPackage, composerPackage),
  bindBasicAuth(routes.composerDist, redirectTo(composerDist)),
]);
