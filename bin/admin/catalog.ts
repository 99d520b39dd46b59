import { ofBrand, pathOf } from './brands.ts';
import type { Asked, Command, Flag, Shown } from './command.ts';
import { brand, jsonIn, listIn, name, numberIn, slug } from './flags.ts';

/** What a brand has: products, bundles, API keys. */
const list = (words: string, noun: string, path: string): Command => ({
  words,
  summary: `Show a brand’s ${noun.replace('api_keys', 'API keys')}`,
  flags: brand,
  examples: [`${words} --stage prod --brand wp-rocket`],
  run: async (asked) => ({ answer: { [noun]: await (await asked.service()).all(pathOf(await ofBrand(asked), path), noun) } }),
});

const SHOWN_ONCE = 'This text is shown this once and stored nowhere: keep it now.';

/** What would end, named so that one can see whether it is the right one. */
async function ending(asked: Asked): Promise<{ path: string; what: string }> {
  const owner = await ofBrand(asked);
  const all = await (await asked.service()).all(pathOf(owner, '/api-keys'), 'api_keys');
  const found = all.find(({ id }) => id === asked.operand.toLowerCase());
  const what = found === undefined ? asked.operand : `“${String(found['name'])}” (ends in ${String(found['last_four'])})`;
  return { path: pathOf(owner, `/api-keys/${encodeURIComponent(asked.operand)}`), what: `the API key ${what} of ${String(owner['name'])}` };
}

async function create(asked: Asked, path: string, body: Record<string, unknown>): Promise<Shown> {
  return { answer: await (await asked.service()).call('POST', pathOf(await ofBrand(asked), path), body) };
}

const limits: Record<string, Flag> = {
  scopes: { type: 'string', help: 'what it may do, separated by commas; else all but licenses:read:all_brands' },
  'expires-at': { type: 'string', help: 'from when it is refused: a date or a time with a zone' },
  'allowed-cidrs': { type: 'string', help: 'from where it may be used, separated by commas' },
  'rate-limit': { type: 'string', help: 'requests a minute by this key' },
};

export const catalogCommands: readonly Command[] = [
  {
    words: 'product create',
    summary: 'Make a product',
    flags: { ...brand, ...name, ...slug, policy: { type: 'string', help: 'JSON, such as {"seat_limit": 3, "duration": "P1Y"}' } },
    examples: ['product create --local --brand wp-rocket --name "WP Rocket" --slug wp-rocket-pro --policy \'{"seat_limit": 3, "duration": "P1Y"}\''],
    run: (asked) => create(asked, '/products', { name: asked.text('name'), slug: asked.text('slug'), policy: jsonIn(asked, 'policy') }),
  },
  list('product list', 'products', '/products'),
  {
    words: 'bundle create',
    summary: 'Make a bundle of products',
    flags: { ...brand, ...name, ...slug, products: { type: 'string', help: 'slugs or ids, separated by commas', required: true } },
    examples: ['bundle create --local --brand wp-rocket --name Everything --slug everything --products wp-rocket,rocketcdn'],
    run: (asked) => create(asked, '/bundles', { name: asked.text('name'), slug: asked.text('slug'), products: listIn(asked, 'products') }),
  },
  list('bundle list', 'bundles', '/bundles'),
  {
    words: 'api-key create',
    summary: 'Make an API key for a brand; its text is shown this once',
    flags: { ...brand, name: { type: 'string', help: 'what the key is for', required: true }, ...limits },
    examples: [
      'api-key create --local --brand wp-rocket --name Shop',
      'api-key create --stage prod --brand wp-rocket --name Report --scopes licenses:read',
    ],
    run: async (asked) => {
      const expires_at = asked.text('expires-at');
      const fields = { name: asked.text('name'), scopes: listIn(asked, 'scopes'), expires_at, allowed_cidrs: listIn(asked, 'allowed-cidrs') };
      return { ...(await create(asked, '/api-keys', { ...fields, rate_limit_per_minute: numberIn(asked, 'rate-limit') })), note: SHOWN_ONCE };
    },
  },
  list('api-key list', 'api_keys', '/api-keys'),
  {
    words: 'api-key rotate',
    operand: 'KEY_ID',
    summary: 'Give an API key a new text, shown this once',
    flags: { ...brand, 'overlap-hours': { type: 'string', help: 'how long the old text works beside it, up to 720; 0 unless given' } },
    examples: ['api-key rotate 01938c5b-11aa-7b3c-8d4e-2f60718293a4 --stage prod --brand wp-rocket --overlap-hours 24'],
    run: async (asked) => {
      const overlap_hours = numberIn(asked, 'overlap-hours') ?? 0;
      const { path, what } = await ending(asked);
      if (overlap_hours === 0) await asked.confirm(`Rotate ${what} without overlap? Its old text stops working at once.`);
      return { answer: await (await asked.service()).call('POST', `${path}/rotate`, { overlap_hours }), note: SHOWN_ONCE };
    },
  },
  {
    words: 'api-key revoke',
    operand: 'KEY_ID',
    summary: 'Revoke an API key, for good',
    flags: brand,
    examples: ['api-key revoke 01938c5b-11aa-7b3c-8d4e-2f60718293a4 --stage prod --brand wp-rocket'],
    run: async (asked) => {
      const { path, what } = await ending(asked);
      await asked.confirm(`Revoke ${what}? Whoever uses it is refused from the next request on, and it cannot be undone.`);
      return { answer: await (await asked.service()).call('DELETE', path), note: 'Tokens that were given for it end within 10 minutes.' };
    },
  },
];
