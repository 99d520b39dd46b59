import { describe, expect, test } from '@jest/globals';
import { classifyInstance } from '../../lib/domain/instance-kind.ts';
import { parseInstance, type InstanceType } from '../../lib/domain/instance.ts';

function kindOf(text: string, type: InstanceType = 'url'): string | undefined {
  const instance = parseInstance(type, text);
  return instance && classifyInstance(instance);
}

describe('local sites', () => {
  test.each([
    'localhost:8080',
    'https://www.localhost',
    'shop.localhost',
    'https://shop.test/path',
    'shop.local',
    'shop.localdomain',
    'shop.corp.internal',
    'https://shop.ddev.site',
    'https://shop.ddev.site:8443',
    'https://shop.lndo.site',
    'http://shop.docksal',
    'http://shop.docksal.site',
    'staging.shop.test',
    '127.0.0.1',
    '127.255.255.255',
    'http://127.1',
    '10.0.0.0',
    '10.255.255.255:8080',
    '172.16.0.0',
    '172.31.255.255',
    '192.168.0.1',
    '169.254.1.1',
    'http://0.0.0.0:8000',
    '[::]',
    '[::1]',
    '[fc00::1]',
    '[fdff::1]',
    '[fe80::1]',
    '[febf::1]',
    '[::ffff:192.168.0.1]',
  ])('%s is a local site', (text) => {
    expect(kindOf(text)).toBe('local');
  });
});

describe('staging sites', () => {
  test.each([
    'staging.example.com',
    'https://www.staging.example.com',
    'https://staging.shop.com/path',
    'staging2.shop.com',
    'stage.shop.com',
    'stg.shop.com',
    'test.shop.com',
    'test2.shop.com',
    'dev.example.com',
    'dev.shop.co.uk',
    'staging.shop.k12.ca.us',
    'staging.shop.com.au',
    'shop.staging.example.com',
    'shop-staging.host.com',
    'shop-stage.host.com',
    'shop-stg.host.com',
    'staging-shop.host.com',
    'staging3-shop.host.com',
    'shop.wpengine.com',
    'shopstg.wpenginepowered.com',
    'stg-shop-staging.kinsta.cloud',
    'dev-shop.pantheonsite.io',
    'wordpress-123-456.cloudwaysapps.com',
    'shop.flywheelstaging.com',
    'shop.wpcomstaging.com',
    'shop.mystagingwebsite.com',
    'abc.myftpupload.com',
    'shop1.sg-host.com',
    'a.wpsc.site',
    'a.s1-tastewp.com',
    'a.s12-tastewp.com',
    'a.tastewp.com',
    'shop.instawp.xyz',
    'shop.instawp.site',
    'https://playground.wordpress.net/scope:0.1',
  ])('%s is a staging site', (text) => {
    expect(kindOf(text)).toBe('staging');
  });
});

describe('production sites', () => {
  test.each([
    'example.com',
    'shop.example',
    'shop.invalid',
    'example.org',
    // an ordinary domain
    'dev.to',
    'staging.com',
    'test.com',
    'stage.de',
    'dev.co.uk',
    'staging.co.nz',
    'dev.com.br',
    'test.nom.co',
    'staging.gov.it',
    'staging.com.au',
    'test.co.jp',
    'shop.staging.com',
    'my-staging.com',
    'wpengine.com',
    'ddev.site',
    's1-tastewp.com',
    'instawp.xyz',
    // names that only look similar
    'shop.dev',
    'shop.tests',
    'shop.local.com',
    'internal.com',
    'mylocalhost.com',
    'localhost.com',
    'notwpengine.com',
    'mystaging.com',
    'shop.dev.example.com',
    'devices.example.com',
    'latest.example.com',
    'testing-grounds.example.com',
    'contest.example.com',
    'staged.example.com',
    'backstage.example.com',
    'a.s1000-tastewp.com',
    'xplayground.wordpress.net',
    // public addresses beside the private ones
    '8.8.8.8',
    '0.0.0.1',
    '9.255.255.255',
    '11.0.0.0',
    '126.255.255.255',
    '128.0.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.169.0.0',
    '[::2]',
    '[fbff::1]',
    '[fec0::1]',
    '[::ffff:8.8.8.8]',
  ])('%s is a production site', (text) => {
    expect(kindOf(text)).toBe('production');
  });
});

test('hostnames are classified by name, and every machine id is production', () => {
  expect(kindOf('mac.local', 'hostname')).toBe('local');
  expect(kindOf('::1', 'hostname')).toBe('local');
  expect(kindOf('staging.example.com.', 'hostname')).toBe('staging');
  expect(kindOf('999.1.1.1', 'hostname')).toBe('production');
  expect(kindOf('staging.example.com', 'machine_id')).toBe('production');
});
