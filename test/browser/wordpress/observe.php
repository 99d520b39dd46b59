<?php
// Notes what each request of the test site costs, and breaks the way to the license service when a test asks for it.
// WordPress's own servers are not asked: this answers in their place that there is nothing new.

$GLOBALS['observed_begin'] = [getrusage(), microtime(true)];
$GLOBALS['observed_calls'] = [];

if (isset($_GET['without'])) {
    add_filter('option_active_plugins', static fn () => []);
    add_filter('site_option_active_sitewide_plugins', static fn () => []);
}
if (is_file(WORK . '/address') && filesize(WORK . '/address') > 0) {
    remove_action('template_redirect', 'redirect_canonical');
    add_filter('home_url', static fn () => file_get_contents(WORK . '/address'));
}

add_filter('pre_http_request', static function ($reply, array $options, string $url) {
    if (strpos($url, 'wordpress.org') !== false) {
        $nothing = '{"plugins":{},"themes":{},"no_update":{},"translations":[],"offers":[]}';
        return ['response' => ['code' => 200, 'message' => 'OK'], 'headers' => [], 'cookies' => [], 'body' => $nothing];
    }
    static $isDialled = false;
    if ($isDialled) {
        return $reply;
    }
    $GLOBALS['observed_calls'][] = $url;
    $broken = is_file(WORK . '/dial.json') ? json_decode(file_get_contents(WORK . '/dial.json'), true) : null;
    if (!is_string($broken)) {
        return $reply;
    }
    $isDialled = true;
    $answer = wp_remote_request($broken, $options);
    $isDialled = false;
    return $answer;
}, 10, 3);

register_shutdown_function(static function (): void {
    [$usage, $began] = $GLOBALS['observed_begin'];
    $now = getrusage();
    $ms = static function (array $at): float {
        $seconds = $at['ru_utime.tv_sec'] + $at['ru_stime.tv_sec'];
        return $seconds * 1e3 + ($at['ru_utime.tv_usec'] + $at['ru_stime.tv_usec']) / 1e3;
    };
    file_put_contents(WORK . '/observed.json', json_encode([
        'calls' => $GLOBALS['observed_calls'],
        'ms' => (microtime(true) - $began) * 1e3,
        'cpu_ms' => $ms($now) - $ms($usage),
        'queries' => $GLOBALS['wpdb']->num_queries ?? 0,
    ]));
});

/** Updates the plugin as an administrator does, with other bytes in the package if the test asks for it. */
function observed_upgrade(bool $isTampered): string
{
    require_once ABSPATH . 'wp-admin/includes/admin.php';
    require_once ABSPATH . 'wp-admin/includes/class-wp-upgrader.php';
    wp_set_current_user(1);
    (new \LicenseService\V1\R1_0_0\Updater(license_demo()->implementation()))->start();
    delete_site_transient('update_plugins');
    wp_update_plugins();
    if ($isTampered) {
        add_filter('pre_http_request', static function ($reply, array $options, string $url) {
            if (strpos($url, '/downloads/') === false) {
                return $reply;
            }
            file_put_contents($options['filename'], 'other bytes');
            return ['response' => ['code' => 200], 'body' => '', 'headers' => []];
        }, 5, 3);
    }
    $skin = new Automatic_Upgrader_Skin();
    $done = (new Plugin_Upgrader($skin))->upgrade('wp-rocket/wp-rocket.php');
    return $done === true ? 'installed' : implode(' ', $skin->get_upgrade_messages());
}

function observed_health(): string
{
    require_once ABSPATH . 'wp-admin/includes/admin.php';
    $health = new \LicenseService\V1\R1_0_0\Health(license_demo()->implementation());
    return (string) wp_json_encode([$health->test(), $health->inform([])]);
}
