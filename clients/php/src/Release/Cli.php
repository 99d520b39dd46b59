<?php

declare(strict_types=1);

namespace LicenseService\V1\Release;

use LicenseService\V1\Client;

/** `wp license …` for all licensed plugins of the site. */
final class Cli
{
    private static bool $isAdded = false;

    public static function start(): void
    {
        if (!self::$isAdded) {
            self::$isAdded = true;
            \WP_CLI::add_command('license', self::class);
        }
    }

    /**
     * Activates a license on this site.
     *
     * ## OPTIONS
     *
     * [<key>]
     * : The license key. Without it, the key that is held or set by a constant.
     *
     * [--product=<slug>]
     * : Which plugin; needed where the site has several.
     *
     * [--replace=<activation>]
     * : The id of the activation whose seat this site takes over, or `idle`.
     */
    public function activate(array $arguments, array $options): void
    {
        $root = $this->root($options);
        $this->tell($root->activate($arguments[0] ?? $root->store->key(), $options['replace'] ?? null));
    }

    /**
     * Frees the seat of this site.
     *
     * ## OPTIONS
     *
     * [--product=<slug>]
     * : Which plugin; needed where the site has several.
     */
    public function deactivate(array $arguments, array $options): void
    {
        $this->tell($this->root($options)->deactivate());
    }

    /**
     * Shows what this site holds. Makes no request.
     *
     * ## OPTIONS
     *
     * [--product=<slug>]
     * : Which plugin; needed where the site has several.
     *
     * [--format=<format>]
     * : table, json or yaml.
     */
    public function status(array $arguments, array $options): void
    {
        $this->show(Health::facts($this->root($options)), $options);
    }

    /**
     * Asks the service now.
     *
     * ## OPTIONS
     *
     * [--product=<slug>]
     * : Which plugin; needed where the site has several.
     */
    public function refresh(array $arguments, array $options): void
    {
        $this->tell($this->root($options)->refresh());
    }

    /**
     * Shows what this site holds, asks the service, and says what it found.
     *
     * ## OPTIONS
     *
     * [--product=<slug>]
     * : Which plugin; needed where the site has several.
     *
     * [--format=<format>]
     * : table, json or yaml.
     */
    public function diagnose(array $arguments, array $options): void
    {
        $root = $this->root($options);
        $begun = microtime(true);
        $answer = (new Http($root->config))->get('/health');
        $took = (int) ((microtime(true) - $begun) * 1000);
        $reached = $answer->fault === null ? "yes, in $took ms" : "no: {$answer->fault} after $took ms";
        $clock = $answer->clock === 0 ? 'unknown' : abs($answer->clock - time()) . ' s';
        $this->show(['reached' => $reached, 'clock_off_by' => $clock] + Health::facts($root), $options);
    }

    /** @param array<string, mixed> $options */
    private function root(array $options): Root
    {
        $roots = [];
        foreach (Client::all() as $client) {
            $root = $client->implementation();
            $roots[$root->config->product] = $root;
        }
        $product = $options['product'] ?? (count($roots) === 1 ? key($roots) : '');
        if (!isset($roots[$product])) {
            \WP_CLI::error('Choose one by --product: ' . implode(', ', array_keys($roots)));
        }
        return $roots[$product];
    }

    /** @param array{ok: bool, code: string, detail: string} $result */
    private function tell(array $result): void
    {
        $text = "{$result['code']}: {$result['detail']}";
        $result['ok'] ? \WP_CLI::success($text) : \WP_CLI::error($text);
    }

    /** @param array<string, string> $facts */
    private function show(array $facts, array $options): void
    {
        $rows = [];
        foreach ($facts as $name => $value) {
            $rows[] = ['name' => $name, 'value' => $value];
        }
        \WP_CLI\Utils\format_items($options['format'] ?? 'table', $rows, ['name', 'value']);
    }
}
