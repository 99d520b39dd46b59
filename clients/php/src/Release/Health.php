<?php

declare(strict_types=1);

namespace LicenseService\V1\Release;

/** The license in Site Health: a test, and information for support without the key. */
final class Health
{
    private const LATE_S = 86400;
    private Root $root;
    private Config $config;

    public function __construct(Root $root)
    {
        $this->root = $root;
        $this->config = $root->config;
    }

    public function start(): void
    {
        add_filter('site_status_tests', function (array $tests): array {
            $tests['direct'][$this->config->id] = ['label' => $this->config->name, 'test' => [$this, 'test']];
            return $tests;
        });
        add_filter('debug_information', [$this, 'inform']);
    }

    /** @return array<string, mixed> */
    public function test(): array
    {
        $status = $this->root->status();
        $isFine = $status['may_run'] && !$status['is_stale'];
        $isLate = $status['key'] !== '' && (int) $status['next_check_at'] < time() - self::LATE_S;
        $card = new Card($this->root);
        $text = $isLate
            ? $this->config->t('WP-Cron does not run on this site, so the license cannot be checked.')
            : $card->sentence($status);
        /* translators: %s: the name of the plugin */
        $good = sprintf($this->config->t('The license of %s is active'), $this->config->name);
        /* translators: %s: the name of the plugin */
        $bad = sprintf($this->config->t('The license of %s needs attention'), $this->config->name);
        return [
            'label' => $isFine && !$isLate ? $good : $bad,
            'status' => $isFine && !$isLate ? 'good' : 'recommended',
            'badge' => ['label' => $this->config->t('License'), 'color' => 'blue'],
            'description' => '<p>' . esc_html($text) . '</p>',
            'actions' => sprintf(
                '<a href="%s">%s</a>',
                esc_url($this->config->cardUrl()),
                esc_html($this->config->t('License'))
            ),
            'test' => $this->config->id,
        ];
    }

    /**
     * @param array<string, mixed> $sections
     *
     * @return array<string, mixed>
     */
    public function inform(array $sections): array
    {
        $fields = [];
        foreach (self::facts($this->root) as $name => $value) {
            $fields[$name] = ['label' => $name, 'value' => $value];
        }
        /* translators: %s: the name of the plugin */
        $label = sprintf($this->config->t('%s license'), $this->config->name);
        $sections[$this->config->id] = ['label' => $label, 'fields' => $fields];
        return $sections;
    }

    /** @return array<string, string> everything that support needs, and no key */
    public static function facts(Root $root): array
    {
        $status = $root->status();
        $time = static fn ($at): string => $at ? gmdate('Y-m-d\TH:i:s\Z', (int) $at) : 'never';
        return [
            'client' => Root::VERSION,
            'service' => $root->config->url,
            'product' => $root->config->aud(),
            'site' => $root->config->instance(),
            'scope' => $root->config->isNetwork ? 'network' : 'site',
            'code' => (string) $status['code'],
            'may_run' => $status['may_run'] ? 'yes' : 'no',
            'may_update' => $status['may_update'] ? 'yes' : 'no',
            'activation_id' => (string) $status['activation_id'],
            'checked_at' => $time($status['checked_at']),
            'next_check_at' => $time($status['next_check_at']),
            'next_event' => $time($status['next_event']),
            'stale_ok_until' => $time($status['stale_ok_until']),
            'fault' => (string) ($status['fault'] ?? 'none'),
            'sodium' => extension_loaded('sodium') ? 'yes' : 'no, WordPress verifies in plain PHP',
            'cron' => defined('DISABLE_WP_CRON') && DISABLE_WP_CRON ? 'by the host' : 'by visits',
        ];
    }
}
