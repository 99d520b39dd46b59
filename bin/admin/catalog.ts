import { readNamedBrand, buildBrandPath } from './brands.ts';
import type { Asked, Command, Shown } from './command.ts';
import { brand, jsonIn, listIn, name, slug } from './flags.ts';

/** The catalog of a brand: products and bundles. */
const list = (words: string, noun: string, path: string): Command => ({
  words,
  summary: `List the ${noun} of a brand`,
  flags: brand,
  examples: [`${words} --stage prod --brand wp-rocket`],
  run: async (asked) => ({
    answer: { [noun]: await (await asked.service()).all(buildBrandPath(await readNamedBrand(asked), path), noun) },
  }),
});

async function create(asked: Asked, path: string, body: Record<string, unknown>): Promise<Shown> {
  return {
    answer: await (await asked.service()).call('POST', buildBrandPath(await readNamedBrand(asked), path), body),
  };
}

export const catalogCommands: readonly Command[] = [
  {
    words: 'product create',
    summary: 'Create a product',
    flags: {
      ...brand,
      ...name,
      ...slug,
      policy: { type: 'string', help: 'JSON, such as {"seat_limit": 3, "duration": "P1Y"}' },
    },
    examples: [
      'product create --local --brand wp-rocket --name "WP Rocket" --slug wp-rocket-pro' +
        ' --policy \'{"seat_limit": 3, "duration": "P1Y"}\'',
    ],
    run: (asked) =>
      create(asked, '/products', {
        name: asked.text('name'),
        slug: asked.text('slug'),
        policy: jsonIn(asked, 'policy'),
      }),
  },
  list('product list', 'products', '/products'),
  {
    words: 'bundle create',
    summary: 'Create a bundle of products',
    flags: {
      ...brand,
      ...name,
      ...slug,
      products: { type: 'string', help: 'the slugs or ids of its products, separated by commas', required: true },
    },
    examples: [
      'bundle create --local --brand wp-rocket --name Everything --slug everything --products wp-rocket,rocketcdn',
    ],
    run: (asked) =>
      create(asked, '/bundles', {
        name: asked.text('name'),
        slug: asked.text('slug'),
        products: listIn(asked, 'products'),
      }),
  },
  list('bundle list', 'bundles', '/bundles'),
];
