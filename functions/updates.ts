import { bind } from '../lib/http/binding.ts';
import { bindChangelog } from '../lib/http/changelog-page.ts';
import { serve } from '../lib/http/handler.ts';
import * as routes from '../lib/api/updates.ts';
import { openLeanRuntime } from '../lib/lean-runtime.ts';
import { pluginUpdate } from '../lib/queries/plugin-update.ts';
import { readChangelog } from '../lib/queries/read-changelog.ts';

export const handler = serve(openLeanRuntime, [
  bind(routes.pluginUpdate, pluginUpdate),
  bindChangelog(routes.changelog, readChangelog),
]);
