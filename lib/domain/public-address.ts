import { BlockList, isIP } from 'node:net';

/**
 * IPv4 ranges that are not public: the IANA IPv4 Special-Purpose Address Registry, multicast (RFC 5771), and the one
 * metadata address of a cloud that is outside of these. The other metadata addresses (169.254.169.254, 100.100.100.200,
 * 192.0.0.192) are in these ranges.
 */
const NOT_PUBLIC_V4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['168.63.129.16', 32],
] as const;

/**
 * Only IPv6 that IANA has assigned as global unicast is public. This excludes loopback, mapped IPv4, NAT64, unique
 * local, link-local, multicast and future ranges.
 */
const GLOBAL_UNICAST_V6 = ['2000::', 3] as const;

/**
 * Exceptions within it (IANA IPv6 Special-Purpose Address Registry): Teredo, benchmarking, ORCHID and the rest of
 * 2001::/23, documentation, AS112, and 6to4, which contains any IPv4.
 */
const NOT_PUBLIC_V6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
] as const;

const notPublic = new BlockList();
for (const [network, prefix] of NOT_PUBLIC_V4) notPublic.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of NOT_PUBLIC_V6) notPublic.addSubnet(network, prefix, 'ipv6');
const globalUnicast = new BlockList();
globalUnicast.addSubnet(...GLOBAL_UNICAST_V6, 'ipv6');
const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/**
 * True for a public address of the Internet that nothing of ours is behind. False for a text that is no address, and
 * for an address with a zone (`fe80::1%eth0`).
 */
export function isPublicAddress(address: string): boolean {
  const version = versionOf(address);
  if (version === undefined) return false;
  if (version === 'ipv6' && !globalUnicast.check(address, version)) return false;
  return !notPublic.check(address, version);
}

/** True for a loopback address. */
export function isLoopbackAddress(address: string): boolean {
  const version = versionOf(address);
  return version !== undefined && loopback.check(address, version);
}

function versionOf(address: string): 'ipv4' | 'ipv6' | undefined {
  if (address.includes('%')) return undefined;
  return ({ 4: 'ipv4', 6: 'ipv6' } as const)[isIP(address)];
}
