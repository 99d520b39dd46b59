import { readFile } from 'node:fs/promises';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { routes } from '../../lib/api/routes.ts';
import { checkLicenseByPost } from '../../lib/api/check.ts';
import { ERASED } from '../../lib/domain/erasure.ts';
import { parseActivationItem } from '../../lib/table/activations.ts';
import { keys } from '../../lib/table/keys.ts';
import { parseLicenseKeyItem } from '../../lib/table/license-keys.ts';
import { parseLicenseItem } from '../../lib/table/licenses.ts';
import type { Item } from '../../lib/dynamo/table.ts';
import { openVault, type Vault } from '../../lib/process/vault.ts';
import { openDocuments } from '../create-table.ts';
import { importFunctions } from '../functions.ts';
import { createGateway, type Gateway } from '../gateway.ts';
import type { TableLocation } from './table-copy.ts';

/** The number of sites that are checked. */
const AT_MOST = 20;

type Site = { license_key: string; product: string; instance_identifier: string; instance_type: string };
/** `erased` counts active sites that cannot be asked for, as an erasure removed their names. */
export type Checked = { asked: number; right: number; wrong: string[]; erased: number };

/**
 * Asks for sites that were active when the copy was made, as their plugins do: by the function that is deployed, with
 * the key's text, which the data key alone opens. So this shows whether table and data key belong together, and whether
 * the service works on the copy.
 */
export async function checkCopy(copy: TableLocation & { endpoint: string }, dataKeyFile: string): Promise<Checked> {
  const { sites, erased } = await activeSites(copy, await readFile(dataKeyFile));
  Object.assign(process.env, {
    TABLE_NAME: copy.tableName,
    DYNAMODB_ENDPOINT: copy.endpoint,
    DATA_KEY_FILE: dataKeyFile,
    LOG_LEVEL: 'SILENT',
  });
  const served = routes.filter((route) => route.function === checkLicenseByPost.function);
  const gateway = createGateway({ routes: served, ...(await importFunctions(served)), onError: console.error });
  const wrong: string[] = [];
  for (const site of sites) {
    const { statusCode, body } = await ask(gateway, site);
    const answer = JSON.parse(body ?? '{}') as { is_activated?: boolean; code?: string };
    if (statusCode !== 200 || answer.is_activated !== true)
      wrong.push(`${site.instance_identifier}: ${statusCode} ${answer.code ?? ''}`);
  }
  return { asked: sites.length, right: sites.length - wrong.length, wrong, erased };
}

async function ask(
  gateway: Gateway,
  site: Site,
): Promise<Pick<APIGatewayProxyStructuredResultV2, 'body'> & { statusCode: number }> {
  const headers: [string, string][] = [
    ['host', 'localhost'],
    ['content-type', 'application/json'],
  ];
  const body = Buffer.from(JSON.stringify(site));
  const answer = await gateway({
    method: checkLicenseByPost.method,
    target: checkLicenseByPost.path,
    headers,
    body,
    sourceIp: '127.0.0.1',
  });
  return { statusCode: answer.statusCode, body: answer.body.toString() };
}

async function activeSites(
  { client, tableName }: TableLocation,
  dataKey: Buffer,
): Promise<{ sites: Site[]; erased: number }> {
  const vault = openVault(dataKey);
  const stored = new Map<string, Item>();
  const documents = openDocuments(client);
  let from: Item | undefined;
  do {
    const page = await documents.send(new ScanCommand({ TableName: tableName, ExclusiveStartKey: from }));
    for (const item of page.Items ?? []) stored.set(keyTextOf(item), item);
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  const active = [...stored.values()].flatMap((item) =>
    String(item['sk']).startsWith('seat#') ? (siteOf(stored, item, vault) ?? []) : [],
  );
  const named = active.filter(({ instance_identifier }) => instance_identifier !== ERASED);
  return { sites: named.slice(0, AT_MOST), erased: active.length - named.length };
}

/** An active seat, its license and its key; undefined for one that is not, or no longer, in use. */
function siteOf(stored: ReadonlyMap<string, Item>, item: Item, vault: Vault): Site | undefined {
  const pk = String(item['pk']);
  const [brand = ''] = pk.split('#', 1);
  const licenseItem = stored.get(keyTextOf({ pk, sk: 'license' }));
  const activation = parseActivationItem(item);
  if (licenseItem === undefined || activation.status !== 'active') return undefined;
  const license = parseLicenseItem(licenseItem);
  const keyText = keys.licenseKey(brand, license.key_partition);
  const keyItem = stored.get(keyTextOf(keyText));
  if (keyItem === undefined || Number(String(item['sk']).split('#')[1]) !== license.seat_set) return undefined;
  const { instance_identifier, instance_type } = activation;
  return {
    license_key: openText(vault, parseLicenseKeyItem(keyItem).text_cipher, keyText.pk),
    product: license.product.slug,
    instance_identifier,
    instance_type,
  };
}

function openText(vault: Vault, sealed: string, keyText: string): string {
  try {
    return vault.decrypt(sealed, keyText);
  } catch (cause) {
    throw new Error(
      'The data key does not open a license key of the copy: it was sealed under another one. Restore that secret too.',
      { cause },
    );
  }
}

const keyTextOf = ({ pk, sk }: Item): string => `${String(pk)} ${String(sk)}`;
