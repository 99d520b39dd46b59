<?php

declare(strict_types=1);

namespace LicenseService\V1\Release;

/** The text for the site's privacy policy. What is held names no person, as the exporter and the eraser say. */
final class Privacy
{
    private Root $root;
    private Config $config;

    public function __construct(Root $root)
    {
        $this->root = $root;
        $this->config = $root->config;
    }

    public function start(): void
    {
        add_action('admin_init', [$this, 'describe'], 20);
        add_filter('wp_privacy_personal_data_exporters', function (array $exporters): array {
            $exporters[$this->config->id] = [
                'exporter_friendly_name' => $this->config->name,
                'callback' => [$this, 'export'],
            ];
            return $exporters;
        });
        add_filter('wp_privacy_personal_data_erasers', function (array $erasers): array {
            $erasers[$this->config->id] = [
                'eraser_friendly_name' => $this->config->name,
                'callback' => [$this, 'erase'],
            ];
            return $erasers;
        });
    }

    public function describe(): void
    {
        $host = (string) wp_parse_url($this->config->url, PHP_URL_HOST);
        $text = $this->config->t('%1$s sends its license key, the address of this site and its versions to %2$s.')
            . ' ' . $this->config->t('It sends nothing about visitors or users.');
        $text = sprintf($text, $this->config->name, $host);
        wp_add_privacy_policy_content($this->config->name, '<p>' . esc_html($text) . '</p>');
    }

    /** @return array{data: array<int, mixed>, done: bool} */
    public function export(string $email): array
    {
        return ['data' => [], 'done' => true];
    }

    /** @return array<string, mixed> */
    public function erase(string $email): array
    {
        $text = $this->config->t('The license belongs to the site. It names no person.');
        return ['items_removed' => false, 'items_retained' => false, 'messages' => [$text], 'done' => true];
    }
}
