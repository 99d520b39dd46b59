import { readFileSync, writeFileSync } from 'node:fs';
import { maskLicenseKey } from '../../lib/domain/license-key.ts';
import { deadline, sleep } from '../../lib/process/timers.ts';
import type { Asked, Command } from './command.ts';
import {
  compareAnswers,
  compareVersions,
  isUnknownToBoth,
  isValidForSite,
  readEddAnswer,
  readEddVersion,
  readNativeAnswer,
  readNativeVersion,
  summarize,
  type Described,
  type Offered,
} from './comparison.ts';
import { CannotAsk, Usage } from './failures.ts';
import { brand, numberIn } from './flags.ts';
import type { Body, Service } from './service.ts';

type Question = { key: string; site: string | undefined; product: string };
type Found = { key: string; site: string | undefined; differences: string[]; isUnknownToBoth: boolean };

const WITHIN_MS = 20_000;
const DEFAULT_SAMPLE = 1_000;
const DEFAULT_RATE = 10;
const SAY_EVERY = 100;

/** Asks the old server and this one the same questions, and changes nothing at either. */
export const compareCommand: Command = {
  words: 'compare',
  summary: 'Ask the old license server and this one about the same keys, and say whether they agree',
  flags: {
    ...brand,
    product: { type: 'string', help: 'the product, by slug', required: true },
    'old-url': { type: 'string', help: 'the address of the old server', required: true },
    'old-protocol': { type: 'string', help: 'edd or native; the default is edd' },
    'old-item': { type: 'string', help: 'the item_id or item_name of the product at an EDD server' },
    sample: { type: 'string', help: 'the number of keys to ask about; the default is 1000' },
    keys: { type: 'string', help: 'a file with a key on each line, and after a comma the site to ask with' },
    rate: { type: 'string', help: 'questions to each server in a second; the default is 10' },
    json: { type: 'string', help: 'a file for what was found, as JSON; keys are masked in it' },
  },
  examples: ['compare --local --brand wp-rocket --product wp-rocket --old-url https://shop.example --old-item 42'],
  run: async (asked) => {
    const service = await asked.brandService(asked.text('brand') ?? '');
    const questions = await readQuestions(asked, service);
    if (questions.length === 0) throw new CannotAsk('There is no key to ask about.');
    const servers = { old: openOld(asked), here: openHere(asked, service) };
    const asksVersions = (await servers.here.version({ product: asked.text('product') ?? '' })) !== undefined;
    const pauseMs = (asksVersions ? 2_000 : 1_000) / Math.max(1, numberIn(asked, 'rate') ?? DEFAULT_RATE);
    const found: Found[] = [];
    for (const question of questions) {
      const compared = await findDifferences(servers, question, asksVersions);
      found.push({ key: maskLicenseKey(question.key), site: question.site, ...compared });
      if (found.length % SAY_EVERY === 0)
        console.error(`${String(found.length)} of ${String(questions.length)} asked …`);
      await sleep(pauseMs);
    }
    if (found.every((one) => one.isUnknownToBoth))
      throw new CannotAsk('Neither server knows any of the keys. Check the keys, --old-item and --product.');
    const file = asked.text('json');
    const result = summarize(found);
    if (file !== undefined)
      writeFileSync(file, `${JSON.stringify({ result, keys: found }, null, 2)}\n`, { mode: 0o600 });
    const differing = found.filter(({ differences }) => differences.length > 0);
    for (const { key, differences } of differing) console.error(`${key}: ${differences.join(', ')}`);
    return { answer: { result }, exitCode: differing.length > 0 ? 1 : 0 };
  },
};

/** Without a key, `version` answers what everybody may see. */
type Server = {
  license: (question: Question) => Promise<Described>;
  version: (question: Partial<Question> & Pick<Question, 'product'>) => Promise<Offered>;
};

/** Without releases here, versions say nothing about the switch and are left out. */
async function findDifferences(
  { old, here }: Record<'old' | 'here', Server>,
  question: Question,
  asksVersions: boolean,
): Promise<Pick<Found, 'differences' | 'isUnknownToBoth'>> {
  const [there, present] = await Promise.all([old.license(question), here.license(question)]);
  const differences = compareAnswers(there, present);
  const license = { differences, isUnknownToBoth: isUnknownToBoth(there, present) };
  if (!asksVersions || there.status === undefined || present.status === undefined) return license;
  const [oldVersion, version] = await Promise.all([old.version(question), here.version(question)]);
  const ofVersion = compareVersions(oldVersion, version, [there, present].every(isValidForSite));
  return { ...license, differences: [...differences, ...ofVersion] };
}

async function readQuestions(asked: Asked, service: Service): Promise<Question[]> {
  const most = numberIn(asked, 'sample') ?? DEFAULT_SAMPLE;
  const product = asked.text('product') ?? '';
  const file = asked.text('keys');
  if (file === undefined) return sampleKeys(service, product, most);
  const lines = readFileSync(file, 'utf8')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
  return lines.slice(0, most).map((line) => {
    const [key = '', site] = line.split(',').map((part) => part.trim());
    return { key, site: site === '' ? undefined : site, product };
  });
}

/** Keys of the brand whose licenses are for this product; it needs the scope `license_keys:reveal`. */
async function sampleKeys(service: Service, product: string, most: number): Promise<Question[]> {
  const questions: Question[] = [];
  for (let cursor: string | undefined; questions.length < most;) {
    const query = new URLSearchParams({ product, limit: '100', ...(cursor === undefined ? {} : { cursor }) });
    const page = await service.call('GET', `/api/v1/brand/licenses?${query.toString()}`);
    for (const { license_key } of page['licenses'] as { license_key: { key: string } }[]) {
      if (license_key.key.includes('****'))
        throw new CannotAsk('The API key does not have the scope license_keys:reveal.');
      questions.push({ key: license_key.key, site: undefined, product });
    }
    if (typeof page['next_cursor'] !== 'string') break;
    cursor = page['next_cursor'];
  }
  return questions.slice(0, most);
}

function openOld(asked: Asked): Server {
  const base = asked.text('old-url') ?? '';
  const protocol = asked.text('old-protocol') ?? 'edd';
  if (protocol === 'native') return openNative(base, undefined);
  if (protocol !== 'edd') throw new Usage('--old-protocol must be edd or native');
  const item = asked.text('old-item') ?? '';
  const ask = (edd_action: string, { key = '', site }: Partial<Question>): Promise<Body> =>
    send(
      base,
      fieldsOf({
        edd_action,
        license: key,
        ...(/^\d+$/.test(item) ? { item_id: item } : { item_name: item }),
        url: site,
      }),
    );
  return {
    license: async (question) => readEddAnswer(await ask('check_license', question), question.site !== undefined),
    version: async (question) => readEddVersion(await ask('get_version', question)),
  };
}

const openHere = (asked: Asked, { baseUrl }: Service): Server => openNative(baseUrl, asked.text('brand'));

function openNative(base: string, slug: string | undefined): Server {
  const ask = (path: string, { key, site, product }: Partial<Question>): Promise<Body> =>
    send(
      `${base.replace(/\/$/, '')}/api/v1/product/${path}`,
      fieldsOf({ license_key: key, product, brand: slug, instance_identifier: site }),
    );
  return {
    license: async (question) => readNativeAnswer(await ask('licenses/check', question), question.site !== undefined),
    version: async (question) => readNativeVersion(await ask('releases/latest', question)),
  };
}

const fieldsOf = (fields: Record<string, string | undefined>): URLSearchParams =>
  new URLSearchParams(
    Object.entries(fields).flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]])),
  );

/** POST, because a URL with a key would stand in logs. */
async function send(url: string, body: URLSearchParams): Promise<Body> {
  try {
    const answer = await fetch(url, { method: 'POST', body, signal: deadline(WITHIN_MS) });
    if (answer.status === 429 || answer.status >= 500) throw new Error(`it answered ${String(answer.status)}`);
    return (await answer.json()) as Body;
  } catch (cause) {
    throw new CannotAsk(`${new URL(url).origin} could not be asked: ${cause instanceof Error ? cause.message : ''}`, {
      cause,
    });
  }
}
