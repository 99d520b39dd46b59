<?php
// The functions of WordPress that the client calls, on a file instead of a database. Requests are real ones.
// `$GLOBALS['site']` is one request: its kind, the options, and what the client did.
declare(strict_types=1);

namespace LicenseService\V1\R1_0_0 {
    function time(): int
    {
        return \time() + $GLOBALS['site']['later_s'];
    }
    /** A test may name the end of the range that is drawn. */
    function random_int(int $least, int $most): int
    {
        return ['least' => $least, 'most' => $most][$GLOBALS['site']['draws']] ?? \random_int($least, $most);
    }
}

namespace WP_CLI\Utils {
    function format_items(string $format, array $items, array $fields): void
    {
        \WP_CLI::$output[] = array_column($items, 'value', 'name');
    }
}

namespace {
    final class WP_CLI
    {
        public static array $commands = [];
        public static array $output = [];

        public static function add_command(string $name, string $class): void
        {
            self::$commands[$name] = $class;
        }
        public static function success(string $text): void
        {
            self::$output[] = "Success: $text";
        }
        public static function error(string $text): void
        {
            self::$output[] = "Error: $text";
        }
    }

    if (getenv('SALT') !== 'in the database') {
        define('AUTH_KEY', getenv('SALT') ?: 'a key of this site');
    }
    define('AUTH_SALT', 'a salt of this site');
    define('ABSPATH', sys_get_temp_dir() . '/');

    final class Automatic_Upgrader_Skin
    {
        public function get_upgrade_messages(): array
        {
            return [];
        }
    }
    /** Gets the package as WordPress does, and notes it instead of unpacking it. */
    final class Plugin_Upgrader
    {
        public function __construct(object $skin)
        {
        }
        /** @return true|WP_Error */
        public function install(string $package, array $options)
        {
            $file = apply_filters('upgrader_pre_download', false, $package, $this, []);
            if (!is_string($file)) {
                return $file;
            }
            $GLOBALS['site']['options']['installed_package'] = ['value' => [hash_file('sha256', $file), $options]];
            unlink($file);
            return true;
        }
    }

    final class WP_Error
    {
        public string $code;
        public string $message;

        public function __construct(string $code, string $message)
        {
            $this->code = $code;
            $this->message = $message;
        }
        public function get_error_message(): string
        {
            return $this->message;
        }
    }

    function did_action(string $name): int
    {
        return $GLOBALS['site']['done'][$name] ?? 0;
    }
    function add_action(string $name, callable $do, int $priority = 10, int $arguments = 1): void
    {
        $GLOBALS['site']['hooks'][$name][] = [$do, $arguments];
    }
    function add_filter(string $name, callable $do, int $priority = 10, int $arguments = 1): void
    {
        add_action($name, $do, $priority, $arguments);
    }
    function do_action(string $name, ...$arguments): void
    {
        $GLOBALS['site']['done'][$name] = did_action($name) + 1;
        foreach ($GLOBALS['site']['hooks'][$name] ?? [] as [$do, $count]) {
            $do(...array_slice($arguments, 0, $count));
        }
    }
    function apply_filters(string $name, ...$arguments)
    {
        foreach ($GLOBALS['site']['hooks'][$name] ?? [] as [$do, $count]) {
            $arguments[0] = $do(...array_slice($arguments, 0, $count));
        }
        return $arguments[0];
    }
    /** Each site of a network has options and events of its own. */
    function option_name(string $name): string
    {
        return $GLOBALS['site']['blog'] === null ? $name : "{$GLOBALS['site']['blog']}:$name";
    }
    /** An option that is not loaded with all others costs a query, as one that does not exist does. */
    function get_option(string $name, $default = false)
    {
        $known = ['date_format' => 'Y-m-d', 'time_format' => 'H:i'];
        $option = $GLOBALS['site']['options'][option_name($name)] ?? null;
        $isFree = isset($known[$name]) || ($option !== null && $option['autoload']);
        $GLOBALS['site']['queries'] += $isFree ? 0 : 1;
        return $known[$name] ?? $option['value'] ?? $default;
    }
    /** Counts no write of the same value, which WordPress skips. */
    function update_option(string $name, $value, bool $autoload = true): void
    {
        $before = $GLOBALS['site']['options'][option_name($name)] ?? null;
        $GLOBALS['site']['writes'] += $before !== null && $before['value'] === $value ? 0 : 1;
        $GLOBALS['site']['options'][option_name($name)] = ['value' => $value, 'autoload' => $autoload];
    }
    function add_option(string $name, $value, string $unused = '', bool $autoload = true): void
    {
        if (!isset($GLOBALS['site']['options'][option_name($name)])) {
            update_option($name, $value, $autoload);
        }
    }
    function delete_site_transient(string $name): void
    {
    }
    function wp_add_privacy_policy_content(string $name, string $text): void
    {
    }
    function admin_url(string $path): string
    {
        return "/wp-admin/$path";
    }
    function esc_url(string $url): string
    {
        return $url;
    }
    function esc_html(string $text): string
    {
        return htmlspecialchars($text);
    }
    function plugin_basename(string $file): string
    {
        return basename(dirname($file)) . '/' . basename($file);
    }
    function untrailingslashit(string $text): string
    {
        return rtrim($text, '/');
    }
    function home_url(): string
    {
        return $GLOBALS['site']['address'];
    }
    function is_admin(): bool
    {
        return $GLOBALS['site']['kind'] === 'admin';
    }
    function wp_doing_cron(): bool
    {
        return $GLOBALS['site']['kind'] === 'cron';
    }
    function current_user_can(string $capability): bool
    {
        return true;
    }
    function wp_clear_scheduled_hook(string $name): void
    {
        unset($GLOBALS['site']['events'][option_name($name)]);
    }
    function wp_schedule_single_event(int $at, string $name): void
    {
        $GLOBALS['site']['events'][option_name($name)] = $at;
    }
    function wp_next_scheduled(string $name)
    {
        return $GLOBALS['site']['events'][option_name($name)] ?? false;
    }
    function wp_json_encode($value)
    {
        return json_encode($value);
    }
    function wp_parse_url(string $url, int $part)
    {
        return parse_url($url, $part);
    }
    function __(string $text, string $domain): string
    {
        return $text;
    }
    function get_bloginfo(string $name): string
    {
        return '6.8';
    }
    function get_locale(): string
    {
        return 'en_US';
    }
    function get_file_data(string $file, array $headers): array
    {
        return ['version' => $GLOBALS['site']['installed'] ?? '1.0.0'];
    }
    function wp_tempnam(string $name): string
    {
        return (string) tempnam(sys_get_temp_dir(), 'package');
    }
    function wp_delete_file(string $file): void
    {
        unlink($file);
    }
    function is_wp_error($value): bool
    {
        return $value instanceof WP_Error;
    }
    function wp_remote_get(string $url, array $options)
    {
        $get = ['method' => 'GET', 'redirection' => 5, 'headers' => [], 'body' => null];
        return wp_remote_request($url, $get + $options);
    }
    /** Both return the lines of the headers, none if there is no answer. */
    function send_by_php(string $url, array $options, ?string &$body): array
    {
        $headers = [];
        foreach ($options['headers'] as $name => $value) {
            $headers[] = "$name: $value";
        }
        $stream = @fopen($url, 'r', false, stream_context_create(['http' => [
            'method' => $options['method'],
            'header' => $headers,
            'content' => $options['body'] ?? '',
            'timeout' => $options['timeout'],
            'ignore_errors' => true,
            'follow_location' => $options['redirection'] > 0 ? 1 : 0,
        ]]));
        if ($stream === false) {
            return [];
        }
        $body = (string) stream_get_contents($stream);
        return stream_get_meta_data($stream)['wrapper_data'];
    }
    /** PHP for Node has no network. */
    function send_by_node(string $url, array $options, ?string &$body): array
    {
        $request = ['url' => $url, 'method' => $options['method'], 'headers' => (object) $options['headers']];
        $request += ['body' => (string) ($options['body'] ?? ''), 'timeout_s' => $options['timeout']];
        $sent = json_encode($request + ['follows' => $options['redirection'] > 0]);
        $answer = json_decode((string) post_message_to_js($sent), true);
        $body = base64_decode((string) ($answer['body'] ?? ''));
        return $answer['lines'] ?? [];
    }
    /** Sends the request, to another address where the test puts a broken server in the place of the service. */
    function wp_remote_request(string $url, array $options)
    {
        $site = &$GLOBALS['site'];
        $site['requests'][] = ['url' => $url, 'timeout' => $options['timeout']];
        foreach ($site['dial'] as $from => $to) {
            $url = str_replace($from, $to, $url);
        }
        $body = null;
        $send = function_exists('post_message_to_js') ? 'send_by_node' : 'send_by_php';
        $lines = $send($url, ['timeout' => min($options['timeout'], $site['patience_s'])] + $options, $body);
        if ($lines === []) {
            return new WP_Error('http_request_failed', 'no connection');
        }
        if (isset($options['filename'])) {
            file_put_contents($options['filename'], $body);
        }
        $statuses = preg_grep('~^HTTP/~', $lines);
        $date = preg_grep('/^date:/i', $lines);
        $retry = preg_grep('/^retry-after:/i', $lines);
        return [
            'status' => (int) explode(' ', (string) end($statuses))[1],
            'retry-after' => (int) preg_replace('/\D/', '', (string) end($retry)),
            'date' => (string) preg_replace('/^date: */i', '', (string) end($date)),
            'body' => $body,
        ];
    }
    function wp_remote_retrieve_response_code(array $response): int
    {
        return $response['status'];
    }
    function wp_remote_retrieve_body(array $response): string
    {
        return $response['body'];
    }
    function wp_remote_retrieve_header(array $response, string $name): string
    {
        return (string) $response[$name];
    }
}
