import { eraseCustomer } from '../lib/commands/erase-customer.ts';
import { updateCustomer } from '../lib/commands/update-customer.ts';
import { bindBrand } from '../lib/http/binding.ts';
import { serve } from '../lib/http/handler.ts';
import * as routes from '../lib/api/customers.ts';
import { exportCustomer } from '../lib/queries/export-customer.ts';
import { getCustomer } from '../lib/queries/get-customer.ts';
import { listCustomers } from '../lib/queries/list-customers.ts';
import { openRuntime } from '../lib/runtime.ts';

export const handler = serve(openRuntime, [
  bindBrand(routes.listCustomers, listCustomers),
  bindBrand(routes.getCustomer, getCustomer),
  bindBrand(routes.updateCustomer, updateCustomer),
  bindBrand(routes.eraseCustomer, eraseCustomer),
  bindBrand(routes.exportCustomer, exportCustomer),
]);
