import type { Asked, Command } from './command.ts';
import { Refused } from './failures.ts';
import { jsonIn, name, slug } from './flags.ts';
import type { Body } from './service.ts';

const BRANDS = '/api/v1/admin/brands';
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const buildBrandPath = (brand: Body, rest = ''): string =>
  `${BRANDS}/${encodeURIComponent(String(brand['id']))}${rest}`;

/** A brand by slug or id. The API knows a brand by its id; a slug is looked for in the list. */
async function brandNamed(asked: Asked, wanted: string): Promise<Body> {
  const service = await asked.service();
  if (UUID.test(wanted)) return service.call('GET', buildBrandPath({ id: wanted }));
  const found = (await service.all(BRANDS, 'brands')).find((brand) => brand['slug'] === wanted);
  if (found === undefined)
    throw new Refused(`There is no brand ${JSON.stringify(wanted)}. npm run admin -- brand list shows all of them.`);
  return found;
}

export const readNamedBrand = (asked: Asked): Promise<Body> => brandNamed(asked, asked.text('brand') ?? '');

export const brandCommands: readonly Command[] = [
  {
    words: 'brand create',
    summary: 'Create a brand',
    flags: {
      ...name,
      ...slug,
      'key-prefix': {
        type: 'string',
        help: 'the start of its license keys: 2 to 10 of A–Z and 0–9; it never changes',
        required: true,
      },
      settings: { type: 'string', help: 'JSON, such as {"rate_limit_per_minute": 5000}' },
    },
    examples: ['brand create --local --name "WP Rocket" --slug wp-rocket --key-prefix WPR'],
    run: async (asked) => {
      const body = {
        name: asked.text('name'),
        slug: asked.text('slug'),
        key_prefix: asked.text('key-prefix'),
        settings: jsonIn(asked, 'settings'),
      };
      return { answer: await (await asked.service()).call('POST', BRANDS, body) };
    },
  },
  {
    words: 'brand list',
    summary: 'List all brands',
    flags: {},
    examples: ['brand list --stage prod', 'brand list --local --json'],
    run: async (asked) => ({ answer: { brands: await (await asked.service()).all(BRANDS, 'brands') } }),
  },
  {
    words: 'brand show',
    operand: 'BRAND',
    summary: 'Show one brand, by slug or id',
    flags: {},
    examples: ['brand show wp-rocket --stage prod'],
    run: async (asked) => ({ answer: await brandNamed(asked, asked.operand) }),
  },
  {
    words: 'brand update',
    operand: 'BRAND',
    summary: 'Change the name, status or settings of a brand',
    flags: {
      name: { type: 'string', help: 'the new name' },
      status: {
        type: 'string',
        help: 'active or suspended; API keys of a suspended brand are refused, and its sites keep running',
      },
      settings: { type: 'string', help: 'JSON, which replaces the old settings' },
    },
    examples: [
      'brand update wp-rocket --stage prod --settings \'{"rate_limit_per_minute": 5000}\'',
      'brand update wp-rocket --stage prod --status suspended',
    ],
    run: async (asked) => {
      const brand = await brandNamed(asked, asked.operand);
      const body = { name: asked.text('name'), status: asked.text('status'), settings: jsonIn(asked, 'settings') };
      if (body.status === 'suspended')
        await asked.confirm(
          `Suspend ${String(brand['name'])}? Its API keys are refused from now on. Its sites keep running.`,
        );
      return { answer: await (await asked.service()).call('PATCH', buildBrandPath(brand), body) };
    },
  },
];
