import { parseInstance, type ParsedInstance } from './instance.ts';
import type { InstanceKind } from './instance-kind.ts';
import { hostAndPath } from './instance-host.ts';
import { repeatsCredential } from './secret-text.ts';
import type { EddCall } from './edd-call.ts';
import { unicodePattern } from './unicode-pattern.ts';

const letterOrDigit = unicodePattern(String.raw`[\p{L}\p{N}]`, 'u');

/**
 * The instances that a call's site may be stored as: first as Easy Digital Downloads compares sites, without port and
 * case of the path, then as all other routes do, if that differs. A text that is no address is a machine's id. Empty if
 * the call names no site, or puts the license key there.
 */
export function readEddSites({ url, license }: Pick<EddCall, 'url' | 'license'>): ParsedInstance[] {
  const address = url.replace(/^\s*https?:/i, '');
  if (!/[a-z0-9]/i.test(address) && !letterOrDigit().test(address)) return [];
  const exact = parseInstance('url', url);
  const machine = exact ? undefined : parseInstance('machine_id', url.toLowerCase());
  const folded = exact && foldSite(exact);
  return [...distinct([folded, exact, machine])].filter(
    ({ identifier, normalised }) => license === '' || !repeatsCredential([identifier, normalised], license),
  );
}

function distinct(instances: readonly (ParsedInstance | undefined)[]): Iterable<ParsedInstance> {
  const found = new Map<string, ParsedInstance>();
  for (const instance of instances)
    if (instance && !found.has(instance.normalised)) found.set(instance.normalised, instance);
  return found.values();
}

/** Undefined where nothing is left to fold, so that the spelling that was sent is the one that is stored. */
function foldSite(exact: ParsedInstance): ParsedInstance | undefined {
  const host = String(exact.host);
  const path = hostAndPath(exact).path.toLowerCase();
  if (exact.normalised === `${host}${path}`) return undefined;
  const scheme = exact.identifier.replace(/^(https?:\/\/|).*$/s, '$1');
  return parseInstance('url', `${scheme}${host}${path}`);
}

/**
 * The kind that a site declares by its WordPress environment type. Anybody can send it, so it makes no site free
 * without a limit: any type but production counts as staging.
 */
export function declaredKind(environment: string): InstanceKind | undefined {
  return environment === '' || environment === 'production' ? undefined : 'staging';
}
