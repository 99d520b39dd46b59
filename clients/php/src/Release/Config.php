<?php

declare(strict_types=1);

namespace LicenseService\V1\Release;

/** The settings that an author gave to `boot`, checked once. */
final class Config
{
    private const REQUIRED = ['url', 'brand', 'product', 'root_keys'];
    public string $file;
    public string $url;
    public string $brand;
    public string $product;
    /** @var string[] */
    public array $rootKeys;
    public string $textDomain;
    public string $name;
    /** The name of every option, event and page of this license. */
    public string $id;
    /** A theme's folder, or the plugin's file as WordPress names it. */
    public string $basename;
    public bool $isTheme;
    public bool $isNetwork;
    public bool $stopsWhenStale;
    public bool $refusesUnsigned;
    public bool $hasMenu;

    /** @param array<string, mixed> $given */
    public function __construct(string $file, array $given)
    {
        foreach (self::REQUIRED as $name) {
            if (empty($given[$name])) {
                throw new \InvalidArgumentException("License client: $name is missing from the settings of boot().");
            }
        }
        $this->file = $file;
        $this->url = rtrim((string) $given['url'], '/');
        $isLocal = preg_match('~^http://(localhost|127\.0\.0\.1|[\w.-]+\.(test|local))(:\d+)?$~', $this->url) === 1;
        if (strpos($this->url, 'https://') !== 0 && !$isLocal) {
            throw new \InvalidArgumentException('License client: url must begin with https://.');
        }
        $this->brand = (string) $given['brand'];
        $this->product = (string) $given['product'];
        $this->rootKeys = array_values((array) $given['root_keys']);
        $this->textDomain = (string) ($given['text_domain'] ?? 'default');
        $this->name = (string) ($given['name'] ?? ucwords(str_replace('-', ' ', $this->product)));
        $this->id = 'license_' . preg_replace('/[^a-z0-9]+/', '_', "{$this->brand}_{$this->product}");
        $this->isTheme = ($given['type'] ?? 'plugin') === 'theme';
        $this->basename = $this->isTheme ? basename(dirname($file)) : plugin_basename($file);
        $this->isNetwork = is_multisite() && (bool) ($given['network'] ?? $this->isNetworkActive());
        $this->stopsWhenStale = ($given['when_stale'] ?? 'run') === 'stop';
        $this->refusesUnsigned = ($given['unsigned_packages'] ?? 'refuse') !== 'accept';
        $this->hasMenu = (bool) ($given['menu'] ?? true);
    }

    /** Translates a text of ours in the domain of the plugin. `build.php` collects these texts in the POT file. */
    public function t(string $text): string
    {
        // phpcs:ignore LicenseClient.I18n, WordPress.WP.I18n -- The build collects the texts.
        return __($text, $this->textDomain);
    }

    public function constant(): string
    {
        return strtoupper((string) preg_replace('/[^A-Za-z0-9]+/', '_', $this->product)) . '_LICENSE_KEY';
    }

    public function capability(): string
    {
        return $this->isNetwork ? 'manage_network_options' : 'manage_options';
    }

    public function aud(): string
    {
        return "{$this->brand}/{$this->product}";
    }

    /** The site as the service knows it. */
    public function instance(): string
    {
        return untrailingslashit($this->isNetwork ? network_home_url() : home_url());
    }

    public function cardUrl(): string
    {
        return $this->isNetwork
            ? network_admin_url("settings.php?page={$this->id}")
            : admin_url("options-general.php?page={$this->id}");
    }

    private function isNetworkActive(): bool
    {
        return !$this->isTheme && isset(((array) get_site_option('active_sitewide_plugins', []))[$this->basename]);
    }
}
