<?php
// One request to a site: reads a JSON object from standard input, and prints what came of it.
//   state: the file of the site's options; kind: page, admin, cron or cli; address, config, steps: calls of the client;
//   early: calls of the client before WordPress has loaded
//   blog: the number of a site in a network; dial: other addresses;
//   later_s: seconds that the clock of the site is ahead; draws: least or most, instead of chance;
//   client: the file to load
declare(strict_types=1);

require __DIR__ . '/stand-in.php';
require __DIR__ . '/network.php';

$asked = json_decode((string) stream_get_contents(STDIN), true);
$stored = is_file($asked['state']) ? unserialize((string) file_get_contents($asked['state'])) : [];
$counts = ['queries' => 0, 'writes' => 0, 'requests' => [], 'hooks' => []];
$defaults = ['kind' => 'page', 'address' => 'https://shop.example', 'dial' => [], 'later_s' => 0];
$defaults += ['patience_s' => 30, 'blog' => null, 'draws' => ''];
$GLOBALS['site'] = $counts + array_diff_key($asked, ['config' => 1]) + $stored
    + ['options' => [], 'events' => []] + $defaults;

define('WP_CLI', $GLOBALS['site']['kind'] === 'cli');
$root = dirname(__DIR__, 3);
@mkdir(ABSPATH . 'wp-admin/includes', 0700, true);
foreach (['file.php', 'class-wp-upgrader.php'] as $file) {
    if (!file_exists(ABSPATH . "wp-admin/includes/$file")) {
        file_put_contents(ABSPATH . "wp-admin/includes/$file", '<?php');
    }
}
foreach ($asked['clients'] ?? ["$root/clients/php/license-service-client.php"] as $file) {
    require $file;
}
$client = \LicenseService\V1\Client::boot('/site/plugins/wp-rocket/wp-rocket.php', $asked['config']);
$early = array_map(static fn (string $step) => $client->$step(), $asked['early'] ?? []);
/** WordPress loads this function after the plugins. */
if (!defined('AUTH_KEY')) {
    function wp_salt(): string
    {
        return 'a salt from the database';
    }
}
do_action('plugins_loaded');
do_action('admin_init');
$results = [];
foreach ($asked['steps'] ?? [] as [$step, $arguments]) {
    if ($step === 'filter') {
        $result = apply_filters(...$arguments);
    } elseif ($step === 'cli') {
        [$command, $words, $options] = $arguments;
        WP_CLI::$output = [];
        $class = WP_CLI::$commands['license'];
        (new $class())->$command($words, $options);
        $result = WP_CLI::$output[0];
    } elseif ($step === 'health') {
        $test = apply_filters('site_status_tests', [])['direct'][$client->implementation()->config->id]['test'];
        $result = [
            'test' => $test(),
            'information' => apply_filters('debug_information', []),
        ];
    } elseif ($step === 'cron') {
        foreach (array_keys($GLOBALS['site']['events']) as $event) {
            $name = preg_replace('/^\d+:/', '', $event);
            if ($event === option_name($name)) {
                unset($GLOBALS['site']['events'][$event]);
                do_action($name);
            }
        }
        $result = null;
    } else {
        $result = $client->$step(...$arguments);
    }
    $results[] = $result;
}
$site = $GLOBALS['site'];
file_put_contents($asked['state'], serialize(['options' => $site['options'], 'events' => $site['events']]));
echo json_encode([
    'results' => $results,
    'early' => $early,
    'requests' => $site['requests'],
    'queries' => $site['queries'],
    'writes' => $site['writes'],
    'events' => (object) $site['events'],
    'options' => $site['options'],
    'version' => get_class($client->implementation()),
]);
