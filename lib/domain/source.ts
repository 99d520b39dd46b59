const GROUPS = 8;
const NETWORK_GROUPS = 4;

/**
 * The party behind an address: an IPv4 address, or the /64 of an IPv6 address, the smallest assignment to one party
 * (RFC 6177 §2).
 */
export function readSource(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  return mapped ?? (address.includes(':') ? networkOf(address) : address);
}

function networkOf(address: string): string {
  const groupsIn = (text: string): string[] => text.split(':').filter((group) => group !== '');
  const leftOut = '0:'.repeat(Math.max(0, GROUPS - groupsIn(address).length));
  const groups = groupsIn(address.replace('::', `:${leftOut}`));
  return groups
    .slice(0, NETWORK_GROUPS)
    .map((group) => parseInt(group, 16))
    .join(':');
}
