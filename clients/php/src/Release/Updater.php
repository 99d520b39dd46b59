<?php

declare(strict_types=1);

namespace LicenseService\V1\Release;

/**
 * Updates from the service, by WordPress's own updater. WordPress asks while it shows pages, so it gets what cron has
 * noted. A package is downloaded and checked here, before WordPress unpacks it.
 */
final class Updater
{
    private const PATH = '/api/v1/product/releases/latest';
    private const DOWNLOAD_S = 300;
    private const MOST_TEXT = 60000;
    private Root $root;
    private Config $config;
    private Http $http;
    private bool $hasAsked = false;
    private bool $isGoingBack = false;

    public function __construct(Root $root)
    {
        $this->root = $root;
        $this->config = $root->config;
        $this->http = new Http($this->config);
    }

    public function start(): void
    {
        $host = (string) wp_parse_url($this->config->url, PHP_URL_HOST);
        add_filter($this->config->isTheme ? "update_themes_$host" : "update_plugins_$host", [$this, 'offer'], 10, 3);
        add_filter('plugins_api', [$this, 'describe'], 10, 3);
        add_filter('upgrader_pre_download', [$this, 'download'], 10, 4);
    }

    /** Notes the newest release that this site may have. Returns the sentence of the service where there is none. */
    public function refresh(): string
    {
        $notes = $this->root->store->notes();
        if ($this->root->store->key() === '') {
            return '';
        }
        $body = $this->ask($this->isGoingBack ? ['older_than' => $this->installed()] : []);
        if ($body === null) {
            return $this->config->t('The license service did not answer. Try again later.');
        }
        $release = json_decode((string) wp_json_encode($body->release), true);
        if (strlen((string) wp_json_encode($release['sections'] ?? [])) > self::MOST_TEXT) {
            $release['sections'] = [];
        }
        if (($release['version'] ?? '') !== ($notes['release']['version'] ?? '')) {
            delete_site_transient($this->config->isTheme ? 'update_themes' : 'update_plugins');
        }
        $this->root->store->note(['release' => $release, 'package' => (string) ($body->package->url ?? '')]);
        return (string) ($body->detail ?? '');
    }

    /** Installs the version before the present one, which is not offered again until there is a newer one. */
    public function goBack(): array
    {
        require_once ABSPATH . 'wp-admin/includes/class-wp-upgrader.php';
        $left = $this->installed();
        $this->isGoingBack = true;
        $detail = $this->refresh();
        $package = (string) ($this->root->store->notes()['package'] ?? '');
        if ($package === '') {
            $this->isGoingBack = false;
            $detail = $detail === '' ? $this->config->t('There is no older version that this site may have.') : $detail;
            return ['ok' => false, 'code' => 'no_older_version', 'detail' => $detail];
        }
        $skin = new \Automatic_Upgrader_Skin();
        $upgrader = $this->config->isTheme ? new \Theme_Upgrader($skin) : new \Plugin_Upgrader($skin);
        $done = $upgrader->install($package, ['overwrite_package' => true]);
        $this->isGoingBack = false;
        $this->root->store->note($done === true ? ['left' => $left] : []);
        $this->refresh();
        if ($done === true) {
            $detail = $this->config->t('The version before is installed.');
            return ['ok' => true, 'code' => 'older_version', 'detail' => $detail];
        }
        $detail = is_wp_error($done) ? $done->get_error_message() : implode(' ', $skin->get_upgrade_messages());
        return ['ok' => false, 'code' => 'not_installed', 'detail' => $detail];
    }

    /** @param array<string, string> $more */
    private function ask(array $more): ?object
    {
        $fields = $this->root->licensing()->credentials($this->root->store->key()) + $more;
        $answer = $this->http->post(self::PATH, $fields + [
            'instance_identifier' => $this->config->instance(),
            'channel' => $this->root->store->notes()['channel'] ?? 'stable',
            'installed_version' => $this->installed(),
            'php_version' => PHP_VERSION,
            'wp_version' => get_bloginfo('version'),
            'locale' => get_locale(),
        ]);
        $isAnswer = $answer->body !== null && $answer->status === 200 && property_exists($answer->body, 'release');
        return $isAnswer ? $answer->body : null;
    }

    /**
     * @param array<string, mixed>|false $update
     * @param array<string, mixed> $data
     *
     * @return array<string, mixed>|false
     */
    public function offer($update, $data, $file)
    {
        if ($file !== $this->config->basename) {
            return $update;
        }
        // phpcs:ignore LicenseClient.Security.CheckedNonce, WordPress.Security.NonceVerification -- It only asks again.
        if (isset($_GET['force-check']) && !$this->hasAsked && current_user_can('update_plugins')) {
            $this->hasAsked = true;
            $this->refresh();
        }
        $notes = $this->root->store->notes();
        $release = (array) ($notes['release'] ?? []);
        $version = (string) ($release['version'] ?? $data['Version']);
        if ($version === ($notes['left'] ?? '')) {
            $version = (string) $data['Version'];
        }
        return [
            'slug' => $this->slug(),
            'theme' => $this->config->basename,
            'version' => $version,
            'new_version' => $version,
            'url' => "{$this->config->url}/changelog/{$this->config->aud()}",
            'package' => $this->root->mayUpdate() ? (string) ($notes['package'] ?? '') : '',
            'tested' => $release['tested'] ?? '',
            'requires' => $release['requires'] ?? '',
            'requires_php' => $release['requires_php'] ?? '',
            'icons' => $release['icons'] ?? [],
            'banners' => $release['banners'] ?? [],
            'upgrade_notice' => $release['upgrade_notice'] ?? '',
        ];
    }

    /**
     * The window with the details of a version.
     *
     * @param mixed $result
     *
     * @return mixed
     */
    public function describe($result, string $action, object $asked)
    {
        $isOurs = $action === 'plugin_information' && ($asked->slug ?? '') === $this->slug() && !$this->config->isTheme;
        $release = (array) ($this->root->store->notes()['release'] ?? []);
        if (!$isOurs || $release === []) {
            return $result;
        }
        return (object) [
            'name' => $release['name'] ?? $this->config->name,
            'slug' => $this->slug(),
            'version' => $release['version'],
            'requires' => $release['requires'] ?? '',
            'tested' => $release['tested'] ?? '',
            'requires_php' => $release['requires_php'] ?? '',
            'last_updated' => $release['published_at'] ?? '',
            'sections' => array_map('wp_kses_post', (array) ($release['sections'] ?? [])),
            'banners' => $release['banners'] ?? [],
            'homepage' => "{$this->config->url}/changelog/{$this->config->aud()}",
            'external' => true,
        ];
    }

    /**
     * @param mixed $reply
     * @param array<string, mixed> $extra
     *
     * @return mixed the path of the checked package, or the reason why it is refused
     */
    public function download($reply, $package, $upgrader, $extra = [])
    {
        $names = [$extra['plugin'] ?? null, $extra['theme'] ?? null];
        $isOurs = in_array($this->config->basename, $names, true)
            || ($package !== '' && $package === ($this->root->store->notes()['package'] ?? ''));
        if (!$isOurs || $reply !== false) {
            return $reply;
        }
        $this->http->timeout = Http::CRON_S;
        $detail = $this->refresh();
        $notes = $this->root->store->notes();
        if (($notes['package'] ?? '') === '') {
            return new \WP_Error('license_no_package', $detail);
        }
        $fault = null;
        $file = $this->fetch((string) $notes['package'], (array) $notes['release'], $fault);
        return $file ?? new \WP_Error('license_package_refused', (string) $fault);
    }

    /** @param array<string, mixed> $release */
    private function fetch(string $url, array $release, ?string &$fault): ?string
    {
        require_once ABSPATH . 'wp-admin/includes/file.php';
        $file = wp_tempnam("{$this->slug()}.zip");
        $size = (int) $release['size'];
        $response = wp_remote_get($url, [
            'timeout' => self::DOWNLOAD_S,
            'stream' => true,
            'filename' => $file,
            'limit_response_size' => $size + 1,
        ]);
        $status = is_wp_error($response) ? 0 : (int) wp_remote_retrieve_response_code($response);
        clearstatcache(true, $file);
        if ($status !== 200) {
            $fault = $this->config->t('The update could not be downloaded. Try again later.');
        } elseif (filesize($file) !== $size || hash_file('sha256', $file) !== $release['sha256']) {
            $fault = $this->config->t('The update is not the package that was published. It was not installed.');
        } elseif (!$this->isSigned($release)) {
            $fault = $this->config->t('The update is not signed by its publisher. It was not installed.');
        }
        if ($fault === null) {
            return $file;
        }
        wp_delete_file($file);
        return null;
    }

    /**
     * A package without a signature is taken only if its author accepts those and the site has met no signature.
     *
     * @param array<string, mixed> $release
     */
    private function isSigned(array $release): bool
    {
        $notes = $this->root->store->notes();
        if (!is_string($release['signature'] ?? null)) {
            return !$this->config->refusesUnsigned && empty($notes['expects_signatures']);
        }
        $version = $release['version'];
        $text = "license-package-v1\n{$this->config->aud()}/$version/{$release['sha256']}/{$release['size']}";
        $keys = new KeySet($this->config, $this->root->store, $this->http);
        try {
            Verifier::verifyPackage($release, $text, $keys->current());
        } catch (ProofRefused $refused) {
            return false;
        }
        $this->root->store->note(['expects_signatures' => true]);
        return true;
    }

    private function slug(): string
    {
        return $this->config->isTheme ? $this->config->basename : dirname($this->config->basename);
    }

    private function installed(): string
    {
        $header = get_file_data($this->headerFile(), ['version' => 'Version']);
        return (string) $header['version'];
    }

    private function headerFile(): string
    {
        return $this->config->isTheme ? dirname($this->config->file) . '/style.css' : $this->config->file;
    }
}
