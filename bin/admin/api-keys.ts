import { readNamedBrand, buildBrandPath } from './brands.ts';
import type { Asked, Command, Flag } from './command.ts';
import { brand, listIn, numberIn } from './flags.ts';

/** The owner of API keys: its words, flags and examples, and its path. */
type Side = {
  words: string;
  whose: string;
  unlessGiven: string;
  flags: Record<string, Flag>;
  example: string;
  name: string;
  at: (asked: Asked) => Promise<{ path: string; owner: string }>;
};

const SHOWN_ONCE = 'This is the only time that the text of the key is shown. Save it now.';

const BRANDS: Side = {
  words: 'api-key',
  whose: 'a brand',
  unlessGiven: 'all except licenses:read:all_brands',
  flags: brand,
  example: ' --brand wp-rocket',
  name: 'Shop',
  at: async (asked) => {
    const owner = await readNamedBrand(asked);
    return { path: buildBrandPath(owner, '/api-keys'), owner: String(owner['name']) };
  },
};

const PLATFORMS: Side = {
  words: 'platform-key',
  whose: 'the platform team',
  unlessGiven: 'all scopes of the key that you use now',
  flags: {},
  example: '',
  name: 'Support',
  at: () => Promise.resolve({ path: '/api/v1/admin/api-keys', owner: 'the platform team' }),
};

/** The key that would be revoked, named so that the operator can recognize it. */
async function ending(asked: Asked, { at }: Side): Promise<{ path: string; what: string }> {
  const { path, owner } = await at(asked);
  const found = (await (await asked.service()).all(path, 'api_keys')).find(
    ({ id }) => id === asked.operand.toLowerCase(),
  );
  const what =
    found === undefined ? asked.operand : `“${String(found['name'])}” (ends in ${String(found['last_four'])})`;
  return { path: `${path}/${encodeURIComponent(asked.operand)}`, what: `the API key ${what} of ${owner}` };
}

function limitsOf({ unlessGiven }: Side): Record<string, Flag> {
  return {
    scopes: { type: 'string', help: `the scopes, separated by commas; the default is ${unlessGiven}` },
    'expires-at': { type: 'string', help: 'the end of the key: a date, or a time with a zone' },
    'allowed-cidrs': { type: 'string', help: 'the address blocks that may use it, separated by commas' },
    'rate-limit': { type: 'string', help: 'requests per minute with this key' },
  };
}

const createAndList = (side: Side): Command[] => [
  {
    words: `${side.words} create`,
    summary: `Create an API key for ${side.whose}, and show its text once`,
    flags: {
      ...side.flags,
      name: { type: 'string', help: 'the purpose of the key', required: true },
      ...limitsOf(side),
    },
    examples: [
      `${side.words} create --local${side.example} --name ${side.name}`,
      `${side.words} create --stage prod${side.example} --name BackOffice --allowed-cidrs 203.0.113.0/24`,
    ],
    run: async (asked) => {
      const { path } = await side.at(asked);
      const [scopes, allowed_cidrs] = [listIn(asked, 'scopes'), listIn(asked, 'allowed-cidrs')];
      const body = { name: asked.text('name'), scopes, expires_at: asked.text('expires-at'), allowed_cidrs };
      const answer = await (
        await asked.service()
      ).call('POST', path, { ...body, rate_limit_per_minute: numberIn(asked, 'rate-limit') });
      return { answer, note: SHOWN_ONCE };
    },
  },
  {
    words: `${side.words} list`,
    summary: `List the API keys of ${side.whose}`,
    flags: side.flags,
    examples: [`${side.words} list --stage prod${side.example}`],
    run: async (asked) => ({
      answer: { api_keys: await (await asked.service()).all((await side.at(asked)).path, 'api_keys') },
    }),
  },
];

const rotateAndRevoke = (side: Side): Command[] => [
  {
    words: `${side.words} rotate`,
    operand: 'KEY_ID',
    summary: 'Give an API key a new text, and show it once',
    flags: {
      ...side.flags,
      'overlap-hours': {
        type: 'string',
        help: 'hours for which the old text keeps working, up to 720; the default is 0',
      },
    },
    examples: [
      `${side.words} rotate 01938c5b-11aa-7b3c-8d4e-2f60718293a4 --stage prod${side.example} --overlap-hours 24`,
    ],
    run: async (asked) => {
      const overlap_hours = numberIn(asked, 'overlap-hours') ?? 0;
      const { path, what } = await ending(asked, side);
      if (overlap_hours === 0)
        await asked.confirm(`Rotate ${what} without an overlap? Its old text stops working at once.`);
      return {
        answer: await (await asked.service()).call('POST', `${path}/rotate`, { overlap_hours }),
        note: SHOWN_ONCE,
      };
    },
  },
  {
    words: `${side.words} revoke`,
    operand: 'KEY_ID',
    summary: 'Revoke an API key for good',
    flags: side.flags,
    examples: [`${side.words} revoke 01938c5b-11aa-7b3c-8d4e-2f60718293a4 --stage prod${side.example}`],
    run: async (asked) => {
      const { path, what } = await ending(asked, side);
      await asked.confirm(`Revoke ${what}? It is refused from the next request on. This cannot be undone.`);
      return {
        answer: await (await asked.service()).call('DELETE', path),
        note: 'Access tokens that were issued for it expire within 10 minutes.',
      };
    },
  },
];

export const apiKeyCommands: readonly Command[] = [BRANDS, PLATFORMS].flatMap((side) => [
  ...createAndList(side),
  ...rotateAndRevoke(side),
]);
