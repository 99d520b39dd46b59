import { cancelImport, runImport, undoImport } from '../lib/commands/change-import.ts';
import { createExport } from '../lib/commands/create-export.ts';
import { createImport } from '../lib/commands/create-import.ts';
import { bindBrand } from '../lib/http/binding.ts';
import { serve } from '../lib/http/handler.ts';
import * as imports from '../lib/api/imports.ts';
import * as exportRoutes from '../lib/api/exports.ts';
import { bindStores } from '../lib/imports/with-stores.ts';
import { getExport, listExports } from '../lib/queries/list-exports.ts';
import { getImport } from '../lib/queries/get-import.ts';
import { listImportRows, listImports } from '../lib/queries/list-imports.ts';
import { openRuntime } from '../lib/runtime.ts';

export const handler = serve(openRuntime, [
  bindBrand(imports.createImport, bindStores(createImport)),
  bindBrand(imports.listImports, listImports),
  bindBrand(imports.getImport, getImport),
  bindBrand(imports.listImportRows, listImportRows),
  bindBrand(imports.runImport, bindStores(runImport)),
  bindBrand(imports.cancelImport, bindStores(cancelImport)),
  bindBrand(imports.undoImport, bindStores(undoImport)),
  bindBrand(exportRoutes.createExport, bindStores(createExport)),
  bindBrand(exportRoutes.listExports, bindStores(listExports)),
  bindBrand(exportRoutes.getExport, bindStores(getExport)),
]);
