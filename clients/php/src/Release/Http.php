<?php

declare(strict_types=1);

namespace LicenseService\V1\Release;

/** The only code that calls the service. It runs in cron, in WP-CLI, and when a person clicks. */
final class Http
{
    private const CLICK_S = 3;
    public const CRON_S = 10;
    private const MOST_BYTES = 1048576;
    private Config $config;
    /** Seconds, where the kind of request does not decide. */
    public int $timeout = 0;

    public function __construct(Config $config)
    {
        $this->config = $config;
    }

    /** @param array<string, mixed> $fields */
    public function post(string $path, array $fields): Answer
    {
        return $this->send('POST', $path, (string) wp_json_encode($fields));
    }

    public function get(string $path): Answer
    {
        return $this->send('GET', $path, null);
    }

    private function send(string $method, string $path, ?string $body): Answer
    {
        $type = $body === null ? [] : ['Content-Type' => 'application/json'];
        $isPatient = wp_doing_cron() || (defined('WP_CLI') && WP_CLI);
        $response = wp_remote_request($this->config->url . $path, [
            'method' => $method,
            'timeout' => $this->timeout ?: ($isPatient ? self::CRON_S : self::CLICK_S),
            'redirection' => 0,
            'limit_response_size' => self::MOST_BYTES,
            'headers' => ['Accept' => 'application/json'] + $type,
            'body' => $body,
            'user-agent' => 'license-service-php/' . Root::VERSION,
        ]);
        if (is_wp_error($response)) {
            return new Answer(0, null, 'no_connection', 0, '');
        }
        $status = (int) wp_remote_retrieve_response_code($response);
        $text = (string) wp_remote_retrieve_body($response);
        $retryAfter = (int) wp_remote_retrieve_header($response, 'retry-after');
        if ($status === 429 || $status >= 500 || $status < 200 || ($status >= 300 && $status < 400)) {
            return new Answer($status, null, "http_$status", $retryAfter, $text);
        }
        $parsed = json_decode($text);
        $isObject = is_object($parsed);
        $fault = $isObject ? null : 'not_json';
        $answer = new Answer($status, $isObject ? $parsed : null, $fault, $retryAfter, $text);
        $answer->clock = (int) strtotime((string) wp_remote_retrieve_header($response, 'date'));
        return $answer;
    }
}
