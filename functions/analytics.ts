import * as analytics from '../lib/api/analytics.ts';
import { bindBrand } from '../lib/http/binding.ts';
import { serve } from '../lib/http/handler.ts';
import { countLicenses } from '../lib/queries/count-licenses.ts';
import { getAnalytics } from '../lib/queries/get-analytics.ts';
import { openRuntime } from '../lib/runtime.ts';

export const handler = serve(openRuntime, [
  bindBrand(analytics.countLicenses, countLicenses),
  bindBrand(analytics.getAnalytics, getAnalytics),
]);
