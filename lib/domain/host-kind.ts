import { BlockList, isIPv4 } from 'node:net';
import type { ReadDomain } from './plain-suffix.ts';

export type InstanceKind = 'production' | 'staging' | 'local';

/**
 * Loopback, private, link-local and unspecified addresses. IPv4 addresses written as IPv6 (`::ffff:10.0.0.1`) are
 * matched too.
 */
const LOCAL_ADDRESSES = new BlockList();
LOCAL_ADDRESSES.addAddress('0.0.0.0', 'ipv4');
LOCAL_ADDRESSES.addSubnet('10.0.0.0', 8, 'ipv4');
LOCAL_ADDRESSES.addSubnet('172.16.0.0', 12, 'ipv4');
LOCAL_ADDRESSES.addSubnet('192.168.0.0', 16, 'ipv4');
LOCAL_ADDRESSES.addSubnet('127.0.0.0', 8, 'ipv4');
LOCAL_ADDRESSES.addSubnet('169.254.0.0', 16, 'ipv4');
LOCAL_ADDRESSES.addAddress('::', 'ipv6');
LOCAL_ADDRESSES.addAddress('::1', 'ipv6');
LOCAL_ADDRESSES.addSubnet('fc00::', 7, 'ipv6');
LOCAL_ADDRESSES.addSubnet('fe80::', 10, 'ipv6');

/**
 * Names that resolve to this machine or its own network only. `.example` and `.invalid` are ordinary names: nobody runs
 * a site on them.
 */
const LOCAL_NAMES = ['localhost', 'test', 'local', 'localdomain', 'internal', 'docksal'];

/** Public names that always resolve to this machine. */
const LOCAL_DOMAINS = [
  'ddev.site', // DDEV
  'lndo.site', // Lando
  'docksal.site', // Docksal
];

/** WordPress hosters put staging copies, trial sites and sites without a domain of their own under these names. */
const STAGING_DOMAINS = [
  'wpengine.com', // WP Engine
  'wpenginepowered.com', // WP Engine, since 2022
  'kinsta.cloud', // Kinsta
  'pantheonsite.io', // Pantheon
  'cloudwaysapps.com', // Cloudways
  'flywheelsites.com', // Flywheel, demo sites
  'flywheelstaging.com', // Flywheel
  'mysites.io', // Flywheel
  'localsite.io', // Local, live links
  'wpcomstaging.com', // WordPress.com
  'mystagingwebsite.com', // Pressable
  'myftpupload.com', // GoDaddy
  'sg-host.com', // SiteGround
  'stage.site', // DreamHost
  'hostingersite.com', // Hostinger
  'temporary.site', // Bluehost and HostGator
  'mybluehost.me', // Bluehost
  'onrocket.site', // Rocket.net
  'myrdbx.io', // Raidboxes
  'plesk.page', // Plesk
  'temp-site.link', // RunCloud
  'wp1.site', // xCloud
  'wpsc.site', // trial sites
  'zipwp.link', // ZipWP
  'instawp.co', // InstaWP
  'instawp.link', // InstaWP
  'instawp.site', // InstaWP
  'instawp.xyz', // InstaWP
  'tastewp.com', // TasteWP
];
/** TasteWP numbers its servers: `s1-tastewp.com`. */
const NUMBERED_STAGING_DOMAIN = /\.s\d{1,3}-tastewp\.com$/;
const STAGING_HOSTS = ['playground.wordpress.net'];

/** The first label of a staging copy's name, alone or at either end: `staging2.`, `shop-staging.`, `stage-shop.`. */
const STAGING_LABEL =
  /^(?:staging|stage|stg|test|dev)\d{0,3}$|-(?:staging|stage|stg)\d{0,3}$|^(?:staging|stage|stg)\d{0,3}-/;

export function classifyHost(host: string | undefined, readDomain: ReadDomain): InstanceKind {
  if (host === undefined) return 'production';
  if (isLocal(host)) return 'local';
  return isStaging(host, readDomain) ? 'staging' : 'production';
}

/** `host` is normalised: lower case, a site's without `www.`, an IPv6 address in brackets. */
function isLocal(host: string): boolean {
  if (host.startsWith('[')) return LOCAL_ADDRESSES.check(host.slice(1, -1), 'ipv6');
  if (isIPv4(host)) return LOCAL_ADDRESSES.check(host, 'ipv4');
  return host === 'localhost' || [...LOCAL_NAMES, ...LOCAL_DOMAINS].some((name) => host.endsWith(`.${name}`));
}

function isStaging(host: string, readDomain: ReadDomain): boolean {
  if (STAGING_HOSTS.includes(host) || NUMBERED_STAGING_DOMAIN.test(host)) return true;
  return STAGING_DOMAINS.some((domain) => host.endsWith(`.${domain}`)) || hasStagingLabel(host, readDomain);
}

/**
 * Only labels below the registrable domain mark a staging copy: `dev.to`, `staging.com` and `test.co.uk` are ordinary
 * domains.
 */
function hasStagingLabel(host: string, readDomain: ReadDomain): boolean {
  const domain = readDomain(host);
  if (domain === undefined) return false;
  const labels = host.slice(0, -domain.length).split('.');
  return labels.some((label, i) => label === 'staging' || (i === 0 && STAGING_LABEL.test(label)));
}
