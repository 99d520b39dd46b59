<?php

/**
 * Plugin Name: License Demo
 * Description: Shows a sentence at the end of each post, where its license allows it.
 * Version: 1.0.0
 * Requires at least: 5.8
 * Requires PHP: 7.4
 * Update URI: https://licenses.example.com/wp-rocket/wp-rocket
 * Text Domain: license-demo
 */

declare(strict_types=1);

if (!defined('ABSPATH')) {
    exit;
}

require_once __DIR__ . '/license-service-client.php';

/** Makes no request: the site holds a signed answer of the license service. */
function license_demo(): \LicenseService\V1\Client
{
    return \LicenseService\V1\Client::boot(__FILE__, [
        'url' => 'https://licenses.example.com',
        'brand' => 'wp-rocket',
        'product' => 'wp-rocket',
        'root_keys' => ['PASTE-THE-ROOT-KEY', 'PASTE-THE-SPARE-ROOT-KEY'],
        'name' => 'License Demo',
        'text_domain' => 'license-demo',
    ]);
}
license_demo();

add_filter('the_content', static function (string $content): string {
    if (!is_singular() || !license_demo()->may_run()) {
        return $content;
    }
    return $content . '<p>' . esc_html__('Sent to you by License Demo.', 'license-demo') . '</p>';
});
