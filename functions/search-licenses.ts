import { bindPlatform } from '../lib/http/binding.ts';
import { serve } from '../lib/http/handler.ts';
import * as routes from '../lib/api/licenses.ts';
import { searchLicenses } from '../lib/queries/search-licenses.ts';
import { openRuntime } from '../lib/runtime.ts';

export const handler = serve(openRuntime, [bindPlatform(routes.searchLicenses, searchLicenses)]);
