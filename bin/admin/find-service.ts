import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readAdminConfig } from '../../lib/process/config.ts';
import { readEnvironment } from '../environment.ts';
import type { Target } from './command.ts';
import { Refused, Usage } from './failures.ts';
import { askSecret } from './terminal.ts';

type Where = Pick<Target, 'stage' | 'localDir' | 'url'>;

/**
 * The service's address and a key for it: of the platform, or of a brand if one is named. A key is sent only over an
 * encrypted connection.
 */
export async function findService(
  { stage, localDir, url }: Where,
  brand?: string,
): Promise<{ baseUrl: string; apiKey: string }> {
  if (localDir !== undefined) {
    const credentials = credentialsIn(localDir);
    const apiKey = brand === undefined ? credentials.admin_api_key : readBrandKey(credentials, brand);
    return { baseUrl: credentials.base_url, apiKey };
  }
  const config = readAdminConfig();
  const address =
    url ?? (stage === undefined ? config.url : (await readEnvironment({ kind: 'stage', stage }))['API_URL']);
  if (address === undefined || address === '') throw new Usage('Give one of --stage STAGE, --local and --url URL');
  const baseUrl = baseUrlOf(address);
  const apiKey = config.apiKey ?? (await askSecret('API key: '));
  if (apiKey === undefined) throw new Usage('Put an API key into the environment variable CLS_API_KEY');
  if (!/^[\x21-\x7e]+$/.test(apiKey)) throw new Usage('CLS_API_KEY is no API key');
  return { baseUrl, apiKey };
}

/** An API under the path of a stage or a custom domain keeps that path. */
function baseUrlOf(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const isSafe =
    url?.protocol === 'https:' ||
    (url?.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname));
  if (url === undefined || !isSafe)
    throw new Usage(`${JSON.stringify(address)} is no https address, and a key is sent to no other kind`);
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

type LocalCredentials = { base_url: string; admin_api_key: string; brands: { slug: string; api_key: string }[] };

function readBrandKey({ brands }: LocalCredentials, slug: string): string {
  const found = brands.find((brand) => brand.slug === slug);
  if (found === undefined) throw new Refused(`The credentials of this machine have no key of the brand “${slug}”.`);
  return found.api_key;
}

function credentialsIn(localDir: string): LocalCredentials {
  try {
    return JSON.parse(readFileSync(join(localDir, 'credentials.json'), 'utf8')) as LocalCredentials;
  } catch (cause) {
    throw new Refused(
      `There is no ${join(localDir, 'credentials.json')}: the service has not run on this machine yet.` +
        ' Start it with npm start.',
      { cause },
    );
  }
}
