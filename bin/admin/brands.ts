import type { Asked, Command } from './command.ts';
import { Refused } from './failures.ts';
import { jsonIn, name, slug } from './flags.ts';
import type { Body } from './service.ts';

const BRANDS = '/api/v1/admin/brands';
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const pathOf = (brand: Body, rest = ''): string => `${BRANDS}/${encodeURIComponent(String(brand['id']))}${rest}`;

/** A brand by slug or id. The API knows a brand by its id; a slug is looked for in the list. */
async function brandNamed(asked: Asked, wanted: string): Promise<Body> {
  const service = await asked.service();
  if (UUID.test(wanted)) return service.call('GET', pathOf({ id: wanted }));
  const found = (await service.all(BRANDS, 'brands')).find((brand) => brand['slug'] === wanted);
  if (found === undefined)
    throw new Refused(`There is no brand ${JSON.stringify(wanted)}. npm run admin -- brand list shows all of them.`);
  return found;
}

export const ofBrand = (asked: Asked): Promise<Body> => brandNamed(asked, asked.text('brand') ?? '');

export const brandCommands: readonly Command[] = [
  {
    words: 'brand create',
    summary: 'Make a brand',
    flags: {
      ...name,
      ...slug,
      'key-prefix': {
        type: 'string',
        help: 'what its license keys begin with: 2 to 10 of A–Z and 0–9; never changes',
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
    summary: 'Show all brands',
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
    summary: 'Change a brand’s name, status or settings',
    flags: {
      name: { type: 'string', help: 'a new name' },
      status: {
        type: 'string',
        help: 'active or suspended; a suspended brand’s own routes answer 403, its sites keep their verdicts',
      },
      settings: { type: 'string', help: 'JSON; takes the place of the old settings' },
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
          `Suspend ${String(brand['name'])}? Its shop and back office are refused from the next request on.`,
        );
      return { answer: await (await asked.service()).call('PATCH', pathOf(brand), body) };
    },
  },
];
