<?php

declare(strict_types=1);

namespace LicenseService\V1\Release;

/** Each line with `wrong` is a fault that our sniffs find, and no other line is one. */
final class Faults
{
    public function act(string $name): void
    {
        $wrong = $_POST['unchecked'];
        current_user_can('manage_options');
        $wrong = $_POST['without a nonce'];
        check_admin_referer('id');
        $right = $_POST['checked'];
        echo $name; // wrong
        echo '<b>', esc_html($name), '</b>';
        echo "<b>$name</b>"; // wrong
        echo $this->t('Text'); // wrong
        printf('<b>%s</b>', $name); // wrong
        printf('<b class="%s">%s</b>', esc_attr($name), esc_html($this->t('Text')));
        $wrong = __('Text', 'default');
        $wrong = $this->t($name);
        // phpcs:ignore LicenseClient.Security.EscapedOutput -- As the sources do it.
        echo $right;
    }
}
