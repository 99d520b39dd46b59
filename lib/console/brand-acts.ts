import * as apiKeys from '../api/api-keys.ts';
import * as bundles from '../api/bundles.ts';
import { createExport as createExportRoute } from '../api/exports.ts';
import * as imports from '../api/imports.ts';
import { provisionLicenses } from '../api/licenses.ts';
import * as products from '../api/products.ts';
import { cancelImport, runImport, undoImport } from '../commands/change-import.ts';
import { createApiKey } from '../commands/create-api-key.ts';
import { createBundle } from '../commands/create-bundle.ts';
import { createExport } from '../commands/create-export.ts';
import { createImport } from '../commands/create-import.ts';
import { createProduct } from '../commands/create-product.ts';
import { deleteBundle } from '../commands/delete-bundle.ts';
import { provisionLicense } from '../commands/provision-license.ts';
import { revokeApiKey } from '../commands/revoke-api-key.ts';
import { rotateApiKey } from '../commands/rotate-api-key.ts';
import { updateBundle } from '../commands/update-bundle.ts';
import { updateProduct } from '../commands/update-product.ts';
import type { BrandContext } from '../context.ts';
import { bindStores } from '../imports/with-stores.ts';
import { buildAct as act, overlapField, type Act, type ActField } from './act.ts';
import { releaseActs } from './release-acts.ts';
import { webhookActs } from './webhook-acts.ts';

const name: ActField = { name: 'name', label: 'Name', kind: 'text', required: true };
const slug: ActField = {
  name: 'slug',
  label: 'Slug',
  kind: 'text',
  required: true,
  hint: 'The public name in requests; it never changes',
};
const members: ActField = { name: 'products', label: 'Slugs of its products', kind: 'list', required: true };
const policy: ActField = {
  name: 'policy',
  label: 'Policy',
  kind: 'values',
  required: true,
  hint: 'A line for each rule, such as seat_limit = 3 or duration = P1Y',
};
const onProduct = { on: 'products' } as const;
/** Refuses a form that shows an older version of the product, and would put that back. */
const changeSeenProduct = (ctx: BrandContext, input: products.UpdateProductInput) =>
  updateProduct(ctx, input, ctx.ifMatch);
const onBundle = { on: 'bundles' } as const;
const onApiKey = { on: 'api-keys' } as const;
const onImport = { on: 'imports', fields: [] } as const;

/** Brand admins also sell by hand, and manage the catalog, webhooks, API keys and imports. */
export const brandActs: readonly Act[] = [
  act({
    on: 'sales',
    name: 'sell',
    title: 'Provision a license by hand',
    effect: 'The customer gets a license for each product, on the license key of the brand’s setting.',
    done: 'The licenses are provisioned.',
    creates: true,
    fields: [
      { name: 'customer_email', label: 'E-mail of the customer', kind: 'email', required: true },
      { name: 'products', label: 'Slugs of the products', kind: 'list', required: true },
      { name: 'max_seats', label: 'Seats', kind: 'number', hint: 'Empty: as the product’s policy says' },
      {
        name: 'expiration_date',
        label: 'Expires',
        kind: 'text',
        hint: 'Such as 2027-12-31. Empty: as the policy says',
      },
      { name: 'duration', label: 'Duration', kind: 'text', hint: 'Such as P1Y, in the place of an expiry' },
      { name: 'external_id', label: 'Order number', kind: 'text' },
      { name: 'license_key', label: 'License key', kind: 'text', hint: 'new, or the key to sell on. Empty: as set' },
      {
        name: 'if_held',
        label: 'If the customer has it already',
        kind: 'text',
        hint: 'refuse, or new_key. Empty: a new key',
      },
      { name: 'metadata', label: 'Metadata', kind: 'texts', hint: 'Lines such as plan = plus' },
    ],
    route: provisionLicenses,
    run: provisionLicense,
  }),
  act({
    ...onProduct,
    name: 'create',
    title: 'Create a product',
    effect: 'The brand can sell licenses for it at once.',
    done: 'The product is created.',
    creates: true,
    fields: [name, slug],
    route: products.createProduct,
    run: createProduct,
  }),
  act({
    ...onProduct,
    name: 'rename',
    title: 'Change the name',
    effect: 'Licenses that are sold from now on have the new name.',
    done: 'The name is changed.',
    fields: [name],
    route: products.updateProduct,
    run: changeSeenProduct,
  }),
  act({
    ...onProduct,
    name: 'policy',
    title: 'Change the policy',
    effect: 'Replaces the whole policy, for licenses that are sold from now on. Sold ones keep their terms.',
    done: 'The policy is changed.',
    fields: [policy],
    route: products.updateProduct,
    run: changeSeenProduct,
  }),
  act({
    ...onProduct,
    name: 'links',
    title: 'Change the links',
    effect: 'Sites show the new links within a minute.',
    done: 'The links are changed.',
    fields: [
      { name: 'links', label: 'Links', kind: 'texts', required: true, hint: 'A line such as renew_url = https://…' },
    ],
    route: products.updateProduct,
    run: changeSeenProduct,
  }),
  act({
    ...onProduct,
    name: 'presentation',
    title: 'Change what sites are shown',
    effect: 'WordPress shows it beside releases; clients of Easy Digital Downloads name the product by it.',
    done: 'It is changed.',
    fields: [
      { name: 'wordpress', label: 'WordPress', kind: 'texts', hint: 'Lines such as type = plugin, folder = wp-rocket' },
      { name: 'homepage', label: 'Home page', kind: 'text' },
      { name: 'author', label: 'Author', kind: 'text' },
      { name: 'icons', label: 'Icons', kind: 'texts', hint: 'Lines such as 1x = https://…' },
      { name: 'banners', label: 'Banners', kind: 'texts', hint: 'Lines such as low = https://…' },
      { name: 'edd_item_id', label: 'Number in Easy Digital Downloads', kind: 'number' },
      { name: 'edd_item_name', label: 'Name in Easy Digital Downloads', kind: 'text' },
    ],
    route: products.updateProduct,
    run: changeSeenProduct,
  }),
  ...releaseActs,
  act({
    ...onBundle,
    name: 'create',
    title: 'Create a bundle',
    effect: 'One purchase can name the bundle instead of its products.',
    done: 'The bundle is created.',
    creates: true,
    fields: [name, slug, members],
    route: bundles.createBundle,
    run: createBundle,
  }),
  act({
    ...onBundle,
    name: 'change',
    title: 'Change name or products',
    effect: 'Later purchases get the new products. Earlier ones keep what they got.',
    done: 'The bundle is changed.',
    fields: [{ ...name }, members],
    route: bundles.updateBundle,
    run: updateBundle,
  }),
  act({
    ...onBundle,
    name: 'delete',
    removes: true,
    title: 'Delete the bundle',
    effect: 'Nobody can buy it any more. Licenses stay.',
    done: 'The bundle is deleted.',
    isDangerous: true,
    fields: [],
    route: bundles.deleteBundle,
    run: deleteBundle,
  }),
  ...webhookActs,
  act({
    ...onApiKey,
    name: 'create',
    title: 'Create an API key',
    effect: 'A program with this key may do what its scopes say. Its text is shown once.',
    done: 'The key is created. Its text is shown below, once.',
    creates: true,
    shows: 'api_key',
    fields: [
      { name: 'name', label: 'Purpose', kind: 'text', required: true },
      { name: 'scopes', label: 'Scopes', kind: 'list', hint: 'Empty: all scopes that you have' },
      { name: 'expires_at', label: 'Ends', kind: 'text', hint: 'Such as 2027-12-31. Empty: never' },
      { name: 'allowed_cidrs', label: 'Address blocks', kind: 'list', hint: 'Such as 203.0.113.0/24. Empty: all' },
    ],
    route: apiKeys.createApiKey,
    run: createApiKey,
  }),
  act({
    ...onApiKey,
    name: 'rotate',
    title: 'Replace the text',
    effect: 'The key gets a new text. The old one ends after the overlap.',
    done: 'The new text is shown below, once.',
    isDangerous: true,
    shows: 'api_key',
    fields: [overlapField(720)],
    route: apiKeys.rotateApiKey,
    run: rotateApiKey,
  }),
  act({
    ...onApiKey,
    name: 'revoke',
    title: 'Revoke for good',
    effect: 'Every program with this key is refused from now on.',
    done: 'The key is revoked.',
    isDangerous: true,
    fields: [],
    route: apiKeys.revokeApiKey,
    run: revokeApiKey,
  }),
  act({
    on: 'imports',
    name: 'create',
    title: 'Import licenses',
    effect: 'A dry run reads everything and writes nothing but its report. A run brings the licenses.',
    done: 'The import has begun, or begins once its file is uploaded.',
    creates: true,
    shows: 'upload',
    fields: [
      name,
      { name: 'mode', label: 'Mode', kind: 'text', required: true, hint: 'dry_run or run' },
      { name: 'format', label: 'Format', kind: 'text', required: true, hint: 'csv or ndjson' },
      { name: 'preset', label: 'System that wrote it', kind: 'text', hint: 'Such as edd. Empty: our own columns' },
      {
        name: 'mapping',
        label: 'Columns',
        kind: 'texts',
        hint: 'Lines such as customer_email = Buyer, as far as needed',
      },
      { name: 'products', label: 'Products', kind: 'texts', hint: 'Lines such as Rocket Pro = wp-rocket' },
      { name: 'on_conflict', label: 'Keys that exist', kind: 'text', hint: 'skip, update or fail. Empty: skip' },
      { name: 'file', label: 'Rows', kind: 'area', hint: 'Up to 32 KB. Empty: a command that uploads a file is shown' },
    ],
    route: imports.createImport,
    run: bindStores(createImport),
  }),
  act({
    ...onImport,
    name: 'run',
    title: 'Run',
    effect: 'The file is imported. What was imported before stays as it is.',
    done: 'The import runs.',
    route: imports.runImport,
    run: bindStores(runImport),
  }),
  act({
    ...onImport,
    name: 'cancel',
    title: 'Stop',
    effect: 'The import stops. Rows that were imported stay.',
    done: 'The import is stopped.',
    route: imports.cancelImport,
    run: bindStores(cancelImport),
  }),
  act({
    ...onImport,
    name: 'undo',
    title: 'Undo',
    effect: 'What the import created, and nobody has used or changed since, is removed.',
    done: 'The import is being undone.',
    isDangerous: true,
    route: imports.undoImport,
    run: bindStores(undoImport),
  }),
  act({
    on: 'exports',
    name: 'create',
    title: 'Export licenses or events',
    effect: 'A worker writes a file, which its page leads to for an hour. Keys and e-mail addresses are masked.',
    done: 'The export has begun.',
    creates: true,
    forAdmins: true,
    fields: [
      { name: 'what', label: 'What', kind: 'text', hint: 'licenses or events. Empty: licenses' },
      { name: 'format', label: 'Format', kind: 'text', hint: 'ndjson or csv. Empty: ndjson' },
      { name: 'product', label: 'Slug of a product', kind: 'text', hint: 'Empty: all' },
      { name: 'from', label: 'Events from', kind: 'text', hint: 'Such as 2027-01-31. Empty: 30 days ago' },
      { name: 'to', label: 'Events until', kind: 'text' },
    ],
    route: createExportRoute,
    run: bindStores(createExport),
  }),
];
