<?php

declare(strict_types=1);

namespace LicenseService\V1\Release;

/** The card of the license in the admin area: its state in a sentence, and what a person can do about it. */
final class Card
{
    private const STALE_SCREENS = ['dashboard', 'plugins', 'dashboard-network', 'plugins-network'];
    private Root $root;
    private Config $config;

    public function __construct(Root $root)
    {
        $this->root = $root;
        $this->config = $root->config;
    }

    public function start(): void
    {
        add_action("admin_post_{$this->config->id}", [$this, 'act']);
        $where = $this->config->isNetwork ? 'network_' : '';
        add_action("{$where}admin_notices", [$this, 'notice']);
        if ($this->config->hasMenu) {
            add_action("{$where}admin_menu", [$this, 'addPage']);
            $link = $this->config->isNetwork ? 'network_admin_plugin_action_links_' : 'plugin_action_links_';
            add_filter($link . $this->config->basename, [$this, 'addLink']);
        }
    }

    public function addPage(): void
    {
        $parent = $this->config->isNetwork ? 'settings.php' : 'options-general.php';
        /* translators: %s: the name of the plugin */
        $title = sprintf($this->config->t('%s license'), $this->config->name);
        $page = function (): void {
            echo '<div class="wrap">';
            $this->render();
            echo '</div>';
        };
        add_submenu_page($parent, $title, $title, $this->config->capability(), $this->config->id, $page);
    }

    /** @param string[] $links */
    public function addLink(array $links): array
    {
        $label = esc_html($this->config->t('License'));
        $link = sprintf('<a href="%s">%s</a>', esc_url($this->config->cardUrl()), $label);
        return array_merge([$link], $links);
    }

    /** Each button of the card comes here, and leads back to the page it was on. */
    public function act(): void
    {
        if (!current_user_can($this->config->capability())) {
            wp_die(esc_html($this->config->t('You are not allowed to change this license.')), '', ['response' => 403]);
        }
        check_admin_referer($this->config->id);
        $sent = array_map('sanitize_text_field', array_filter(wp_unslash($_POST), 'is_string'));
        $key = $sent['license_key'] ?? '';
        $key = $key === '' || $this->root->store->fixedKey() !== null ? $this->root->store->key() : $key;
        switch ($sent['do'] ?? '') {
            case 'activate':
                $result = $this->root->activate($key, ($sent['replace'] ?? '') === '' ? null : $sent['replace']);
                break;
            case 'deactivate':
                $result = $this->root->deactivate();
                break;
            case 'move':
                $result = $this->root->move();
                break;
            case 'channel':
                $this->root->useChannel($sent['channel'] ?? 'stable');
                $result = ['ok' => true, 'detail' => $this->config->t('Saved.')];
                break;
            case 'back':
                $mayUpdate = current_user_can($this->config->isTheme ? 'update_themes' : 'update_plugins');
                $text = $this->config->t('You are not allowed to change this license.');
                $result = $mayUpdate ? $this->root->goBack() : ['ok' => false, 'detail' => $text];
                break;
            case 'forget':
                $this->root->forget();
                $result = ['ok' => true, 'detail' => $this->config->t('The license key was removed from this site.')];
                break;
            default:
                $result = $this->root->refresh();
        }
        set_transient($this->message(), $result, 60);
        wp_safe_redirect(wp_get_referer() ?: $this->config->cardUrl());
        exit;
    }

    public function render(): void
    {
        if (!current_user_can($this->config->capability())) {
            return;
        }
        $status = $this->root->status();
        $result = get_transient($this->message());
        delete_transient($this->message());
        echo '<div class="card license-service-card"><h2>', esc_html($this->config->name), '</h2>';
        // The sentence below says the same as a result that changed the state.
        if (is_array($result) && !in_array($result['detail'], ['', $this->sentence($status)], true)) {
            $this->printNotice($result['ok'] ? 'success' : 'error', $result['detail']);
        }
        $this->printState($status);
        $this->printForms($status);
        echo '</div>';
    }

    /** A short notice where a license needs somebody, on the pages where people look after their plugins. */
    public function notice(): void
    {
        $screen = get_current_screen();
        $isShown = $screen !== null && in_array($screen->id, self::STALE_SCREENS, true);
        if (!$isShown || !current_user_can($this->config->capability())) {
            return;
        }
        $status = $this->root->status();
        if (in_array($status['code'], ['valid', 'no_key', 'unconfirmed'], true) && !$status['is_stale']) {
            return;
        }
        echo '<div class="notice notice-warning"><p><strong>', esc_html($this->config->name), ':</strong> ';
        echo esc_html($this->sentence($status)), ' <a href="', esc_url($this->config->cardUrl()), '">';
        echo esc_html($this->config->t('License')), '</a></p></div>';
    }

    /** @param array<string, mixed> $status */
    public function sentence(array $status): string
    {
        if ($status['is_stale']) {
            $text = $this->config->t('This license could not be confirmed since %s. Updates wait until it is.');
            return sprintf($text, $this->date((int) $status['checked_at']));
        }
        switch ($status['code']) {
            case 'no_key':
                return $this->config->t('Enter your license key to get updates and support.');
            case 'unconfirmed':
                return $this->config->t('The license is being confirmed. This takes minutes.');
            case 'valid':
                return $this->config->t('This license is active on this site.');
            default:
                return (string) $status['detail'];
        }
    }

    /** @param array<string, mixed> $status */
    private function printState(array $status): void
    {
        $kind = $status['code'] === 'valid' && !$status['is_stale'] ? 'success' : 'warning';
        $kind = in_array($status['code'], ['no_key', 'unconfirmed'], true) ? 'info' : $kind;
        $this->printNotice($status['may_run'] || $kind !== 'warning' ? $kind : 'error', $this->sentence($status));
        $date = fn ($at): string => $at ? $this->date(is_int($at) ? $at : (int) strtotime((string) $at)) : '';
        $rows = [
            $this->config->t('License key') => $status['key'],
            $this->config->t('Sites') => $this->seats($status),
            $this->config->t('Ends') => $date($status['expires_at']),
            $this->config->t('Last checked') => $date($status['checked_at']),
        ];
        echo '<table class="widefat striped" role="presentation">';
        foreach (array_filter($rows) as $label => $value) {
            echo '<tr><th scope="row">', esc_html($label), '</th><td><bdi>', esc_html($value), '</bdi></td></tr>';
        }
        echo '</table>';
        if ($status['fault_since'] && $status['key'] !== '') {
            $text = $this->config->t('The license service could not be reached since %1$s. This site is not affected.')
                . ' ' . $this->config->t('It asks again at %2$s.');
            $times = [$this->date((int) $status['fault_since']), $this->date((int) $status['next_check_at'])];
            echo '<p class="description">', esc_html(vsprintf($text, $times)), '</p>';
        }
    }

    /** @param array<string, mixed> $status */
    private function printForms(array $status): void
    {
        $isFixed = $status['is_key_fixed'];
        if (is_array($status['copy_of'])) {
            $this->printForm('move', $this->config->t('Move the seat here'), '', true);
            $this->printForm('activate', $this->config->t('Activate a seat of its own'), '', false);
        } elseif ($status['code'] === 'seat_limit_reached' && (array) $status['seats'] !== []) {
            $label = $this->config->t('Use the chosen seat for this site');
            $this->printForm('activate', $label, $this->choice($status), true);
        } elseif ($status['code'] !== 'no_key' && !$status['may_run'] && $status['code'] !== 'unconfirmed') {
            $this->printForm('activate', $this->config->t('Activate on this site'), '', true);
        }
        $this->printLinks($status);
        if (!$isFixed && !$status['may_run']) {
            $label = esc_html($this->config->t('License key'));
            $field = "<p><label>$label " . '<input type="text" name="license_key" class="regular-text code" dir="ltr"'
                . ' autocomplete="off" spellcheck="false" required></label></p>';
            $isFirst = $status['code'] === 'no_key';
            $text = $isFirst ? $this->config->t('Activate') : $this->config->t('Use another key');
            $this->printForm('activate', $text, $field, $isFirst);
        }
        if ($isFixed) {
            $text = $this->config->t('The license key is set by %s.');
            echo '<p class="description">', esc_html(sprintf($text, $this->config->constant())), '</p>';
        }
        if ($status['code'] === 'no_key') {
            return;
        }
        $this->printForm('check', $this->config->t('Check now'), '', false);
        if ($status['may_run']) {
            $this->printForm('deactivate', $this->config->t('Deactivate on this site'), '', false);
            $isBeta = $status['channel'] === 'beta';
            $other = sprintf('<input type="hidden" name="channel" value="%s">', $isBeta ? 'stable' : 'beta');
            $label = $isBeta ? $this->config->t('Leave the beta versions') : $this->config->t('Get beta versions');
            $this->printForm('channel', $label, $other, false);
            $this->printForm('back', $this->config->t('Go back to the version before'), '', false);
        } elseif (!$isFixed) {
            $this->printForm('forget', $this->config->t('Remove the key'), '', false);
        }
    }

    /** @param string $fields escaped HTML */
    private function printForm(string $do, string $label, string $fields, bool $isPrimary): void
    {
        $isInline = $fields === '' || $do === 'channel';
        $style = $isInline ? 'display:inline-block;margin-block:8px;margin-inline-end:6px' : '';
        echo '<form method="post" style="', esc_attr($style), '" action="', esc_url(admin_url('admin-post.php')), '">';
        wp_nonce_field($this->config->id);
        printf('<input type="hidden" name="action" value="%s">', esc_attr($this->config->id));
        // phpcs:ignore LicenseClient.Security.EscapedOutput, WordPress.Security.EscapeOutput -- The callers escape it.
        echo $fields;
        $class = $isPrimary ? 'button button-primary' : 'button';
        printf('<button class="%s" name="do" value="%s">', esc_attr($class), esc_attr($do));
        echo esc_html($label), '</button></form>';
    }

    /** The seats that could be given to this site, the longest unseen first, as escaped HTML. */
    private function choice(array $status): string
    {
        $html = '<fieldset><legend>' . esc_html($this->config->t('Free the seat of another site:')) . '</legend>';
        foreach ((array) $status['seats'] as $i => $seat) {
            $seen = strtotime((string) ($seat['last_checked_at'] ?? $seat['activated_at'] ?? ''));
            $text = sprintf($this->config->t('last seen on %s'), $this->date((int) $seen));
            $html .= sprintf(
                '<p><label><input type="radio" name="replace" value="%s"%s> <bdi>%s</bdi>, %s</label></p>',
                esc_attr((string) $seat['activation_id']),
                checked($i, 0, false),
                esc_html((string) ($seat['instance'] ?? $this->config->t('a site'))),
                esc_html($text)
            );
        }
        return "$html</fieldset>";
    }

    /** @param array<string, mixed> $status */
    private function printLinks(array $status): void
    {
        $labels = [
            'renew_url' => $this->config->t('Renew'),
            'upgrade_url' => $this->config->t('Upgrade'),
            'manage_url' => $this->config->t('Manage'),
            'support_url' => $this->config->t('Support'),
        ];
        $links = array_filter((array) $status['links'], 'is_string');
        echo '<p>';
        foreach (array_intersect_key($labels, $links) as $name => $label) {
            $link = '<a class="button" href="%s" target="_blank" rel="noopener">%s</a> ';
            printf($link, esc_url($links[$name], ['http', 'https']), esc_html($label));
        }
        echo '</p>';
    }

    /** @param array<string, mixed> $status */
    private function seats(array $status): string
    {
        if ($status['seats_used'] === null) {
            return '';
        }
        if ($status['seat_limit'] === null) {
            return sprintf($this->config->t('%d used, no limit'), $status['seats_used']);
        }
        $free = max(0, $status['seat_limit'] - $status['seats_used']);
        $text = $this->config->t('%1$d of %2$d used, %3$d free');
        return sprintf($text, $status['seats_used'], $status['seat_limit'], $free);
    }

    private function printNotice(string $kind, string $text): void
    {
        printf('<div class="notice notice-%s inline"><p>%s</p></div>', esc_attr($kind), esc_html($text));
    }

    private function date(int $time): string
    {
        return (string) wp_date(get_option('date_format') . ' ' . get_option('time_format'), $time);
    }

    private function message(): string
    {
        return "{$this->config->id}_result_" . get_current_user_id();
    }
}
