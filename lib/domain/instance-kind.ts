import { BlockList, isIPv4 } from 'node:net';

export type InstanceKind = 'production' | 'staging' | 'local';

/** Loopback, private and link-local addresses. IPv4 addresses written as IPv6 (`::ffff:10.0.0.1`) are matched too. */
const LOCAL_ADDRESSES = new BlockList();
LOCAL_ADDRESSES.addSubnet('10.0.0.0', 8, 'ipv4');
LOCAL_ADDRESSES.addSubnet('172.16.0.0', 12, 'ipv4');
LOCAL_ADDRESSES.addSubnet('192.168.0.0', 16, 'ipv4');
LOCAL_ADDRESSES.addSubnet('127.0.0.0', 8, 'ipv4');
LOCAL_ADDRESSES.addSubnet('169.254.0.0', 16, 'ipv4');
LOCAL_ADDRESSES.addAddress('::1', 'ipv6');
LOCAL_ADDRESSES.addSubnet('fc00::', 7, 'ipv6');
LOCAL_ADDRESSES.addSubnet('fe80::', 10, 'ipv6');

const LOCAL_NAME = /(?:^|\.)localhost$|\.(?:test|local)$/;
const STAGING_NAME = /^(?:staging|dev)\.|\.staging\./;

/** Where WordPress hosters put staging copies and sites that have no domain of their own yet. */
const HOSTERS_STAGING_DOMAINS = [
  'wpengine.com', // WP Engine
  'wpenginepowered.com', // WP Engine, since 2022
  'kinsta.cloud', // Kinsta
  'pantheonsite.io', // Pantheon
  'cloudwaysapps.com', // Cloudways
  'flywheelsites.com', // Flywheel, demo sites
  'flywheelstaging.com', // Flywheel
  'wpcomstaging.com', // WordPress.com
  'mystagingwebsite.com', // Pressable
  'myftpupload.com', // GoDaddy
  'sg-host.com', // SiteGround
  'instawp.xyz', // InstaWP
];

/** `host` is normalised: lower case, without `www.`, an IPv6 address in brackets. */
export function kindOfHost(host: string): InstanceKind {
  if (isLocal(host)) return 'local';
  const isStaging = STAGING_NAME.test(host) || HOSTERS_STAGING_DOMAINS.some((domain) => host.endsWith(`.${domain}`));
  return isStaging ? 'staging' : 'production';
}

function isLocal(host: string): boolean {
  if (host.startsWith('[')) return LOCAL_ADDRESSES.check(host.slice(1, -1), 'ipv6');
  if (isIPv4(host)) return LOCAL_ADDRESSES.check(host, 'ipv4');
  return LOCAL_NAME.test(host);
}
