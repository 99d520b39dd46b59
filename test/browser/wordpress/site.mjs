// A real WordPress in a folder: installs it, serves it by PHP's own server, and reads what each request did.
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const HERE = fileURLToPath(new URL('.', import.meta.url));
const READY_WITHIN_MS = 20_000;

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

const configText = (work, url) => `<?php
define('DB_NAME', 'wordpress'); define('DB_USER', 'root'); define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:${work}/socket'); define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', '');
define('AUTH_KEY', 'one key of this site'); define('AUTH_SALT', 'one salt of this site');
define('WP_HOME', '${url}'); define('WP_SITEURL', '${url}'); define('WORK', '${work}');
define('DISABLE_WP_CRON', true); define('FS_METHOD', 'direct'); define('WP_DEBUG', true);
define('WP_DEBUG_DISPLAY', false); define('WP_DEBUG_LOG', '${work}/debug.log');
if (is_file(WORK . '/network.php')) require WORK . '/network.php';
$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
`;

/** Puts the demo plugin, with the address and the keys of this service, into the WordPress. */
function installDemo(www, { base_url: url, root_keys: [root, spare] }) {
  const folder = `${www}/wp-content/plugins/wp-rocket`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  cpSync(`${ROOT}/clients/php/license-service-client.php`, `${folder}/license-service-client.php`);
  const demo = readFileSync(`${ROOT}/clients/php/demo/license-demo.php`, 'utf8')
    .replaceAll('https://licenses.example.com', url)
    .replace('PASTE-THE-ROOT-KEY', root)
    .replace('PASTE-THE-SPARE-ROOT-KEY', spare);
  writeFileSync(`${folder}/wp-rocket.php`, demo);
}

export async function startWordPress({ work, credentials }) {
  const www = `${work}/www`;
  const url = `http://127.0.0.1:${await freePort()}`;
  cpSync(`${work}/unpacked/usr/share/wordpress`, www, { recursive: true, dereference: false });
  for (const file of ['wp-config.php', '.htaccess']) rmSync(`${www}/${file}`, { force: true });
  writeFileSync(`${www}/wp-config.php`, configText(work, url));
  mkdirSync(`${www}/wp-content/mu-plugins`);
  cpSync(`${HERE}/observe.php`, `${www}/wp-content/mu-plugins/observe.php`);
  mkdirSync(`${www}/wp-content/themes/plain`);
  writeFileSync(`${www}/wp-content/themes/plain/style.css`, '/*\nTheme Name: Plain\n*/\n');
  writeFileSync(
    `${www}/wp-content/themes/plain/index.php`,
    '<?php wp_head(); while (have_posts()) { the_post(); the_content(); } wp_footer();',
  );
  installDemo(www, credentials);
  execFileSync('mysql', ['--no-defaults', '-S', `${work}/socket`, '-u', 'root', '-e', 'CREATE DATABASE wordpress']);
  const { host } = new URL(url);
  const php = (code, path = '/') => {
    const asked = `$_SERVER['HTTP_HOST'] = '${host}'; $_SERVER['REQUEST_URI'] = '${path}';`;
    return execFileSync('php', ['-d', 'display_errors=stderr', '-r', `${asked} ${code}`], {
      encoding: 'utf8',
      cwd: www,
    });
  };
  php(`define('WP_INSTALLING', true); require 'wp-load.php'; require 'wp-admin/includes/upgrade.php';
    wp_install('Test', 'admin', 'admin@example.com', true, '', 'admin'); switch_theme('plain');`);
  const activate = () =>
    php(`require 'wp-load.php'; require 'wp-admin/includes/plugin.php'; activate_plugin('wp-rocket/wp-rocket.php');`);
  activate();
  const flags = ['-d', 'opcache.enable=1', '-d', 'opcache.enable_cli=1', '-d', 'opcache.jit=0'];
  const server = spawn('php', [...flags, '-S', host, '-t', www], { stdio: 'ignore' });
  for (let waited = 0; ; waited += 100) {
    if (
      await fetch(url).then(
        (response) => response.ok,
        () => false,
      )
    )
      break;
    if (waited > READY_WITHIN_MS) throw new Error('WordPress did not start');
    await pause(100);
  }
  const observed = `${work}/observed.json`;
  const siteAt = (path) => ({ url: `${url}${path}`, php: (code) => php(`require 'wp-load.php'; ${code}`, path) });
  return {
    url,
    www,
    /** Puts the demo plugin back after an update has replaced it. */
    reinstall: () => {
      installDemo(www, credentials);
      activate();
    },
    php: (code) => php(`require 'wp-load.php'; ${code}`),
    /** Makes a network in folders of this site, as its own page for that does, and returns its main site. */
    becomeNetwork: () => {
      php(`define('WP_INSTALLING_NETWORK', true); require 'wp-load.php'; require 'wp-admin/includes/upgrade.php';
        foreach ($wpdb->tables('ms_global') as $name => $table) $wpdb->$name = $table;
        install_network(); populate_network(1, '${host}', 'admin@example.com', 'Network', '/', false);`);
      writeFileSync(
        `${work}/network.php`,
        `<?php define('MULTISITE', true); define('SUBDOMAIN_INSTALL', false); define('DOMAIN_CURRENT_SITE', '${host}');
        define('PATH_CURRENT_SITE', '/'); define('SITE_ID_CURRENT_SITE', 1); define('BLOG_ID_CURRENT_SITE', 1);`,
      );
      return siteAt('/');
    },
    /** A site in a folder. WordPress drops the colon before the port of its host, which is put back. */
    addSite: (name) => {
      siteAt('/').php(`$id = wpmu_create_blog('${host}', '/${name}/', 'Second', 1, [], 1);
        if (is_wp_error($id)) throw new Exception($id->get_error_message());
        $wpdb->update($wpdb->blogs, ['domain' => '${host}'], ['blog_id' => $id]); clean_blog_cache($id);
        switch_to_blog($id); switch_theme('plain');
        foreach (['home', 'siteurl'] as $name) update_option($name, '${url}/${name}');`);
      return siteAt(`/${name}/`);
    },
    /** Breaks the way to the service, as a server at this address does; null mends it. */
    dial: (broken) => writeFileSync(`${work}/dial.json`, JSON.stringify(broken)),
    /** The site pretends to have another address, as a copy has. */
    pretend: (address) => writeFileSync(`${work}/address`, address),
    /** The cost of the last request: calls of the service, milliseconds, CPU and queries. */
    observed: () => JSON.parse(readFileSync(observed, 'utf8')),
    debugLog: () => (existsSync(`${work}/debug.log`) ? readFileSync(`${work}/debug.log`, 'utf8') : ''),
    stop: () => server.kill(),
  };
}
