<?php
// The functions of WordPress about a network of sites. `$GLOBALS['site']['blog']` is null where there is none.
declare(strict_types=1);

function is_multisite(): bool
{
    return $GLOBALS['site']['blog'] !== null;
}
function is_main_site(): bool
{
    return $GLOBALS['site']['blog'] === 1;
}
function get_main_site_id(): int
{
    return 1;
}
function get_current_network_id(): int
{
    return 1;
}
/** The first sites of the network. */
function get_sites(array $query): array
{
    return [1, 2];
}
function switch_to_blog(int $blog): void
{
    $GLOBALS['site']['left'][] = $GLOBALS['site']['blog'];
    $GLOBALS['site']['blog'] = $blog;
}
function restore_current_blog(): void
{
    $GLOBALS['site']['blog'] = array_pop($GLOBALS['site']['left']);
}
/** WordPress keeps these in another table, and loads none of them ahead. */
function get_site_option(string $name, $default = false)
{
    $GLOBALS['site']['queries'] += 1;
    return $GLOBALS['site']['options']["network:$name"]['value'] ?? $default;
}
function update_site_option(string $name, $value): void
{
    $GLOBALS['site']['writes'] += 1;
    $GLOBALS['site']['options']["network:$name"] = ['value' => $value, 'autoload' => false];
}
function network_home_url(): string
{
    return 'https://network.example';
}
function network_admin_url(string $path): string
{
    return "/wp-admin/network/$path";
}
