import { isIPv4 } from 'node:net';
import { parse } from 'tldts-icann';

/**
 * The list of public suffixes is larger than the whole function of the check: code that must start fast imports this
 * file when it needs it, by `import()`.
 */
const OPTIONS = { extractHostname: false, validateHostname: false } as const;

/** The part of a host that its owner has registered: `shop.co.uk` of `www.shop.co.uk`; undefined if there is none. */
export function readRegistrableDomain(host: string): string | undefined {
  if (host.startsWith('[') || isIPv4(host)) return undefined;
  return parse(host, OPTIONS).domain ?? undefined;
}

/** True for a name under which anybody can register one: `com`, `co.uk`. By the ICANN part of the list. */
export function isPublicSuffix(host: string): boolean {
  return parse(host, OPTIONS).publicSuffix === host;
}
