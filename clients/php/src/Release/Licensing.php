<?php

declare(strict_types=1);

namespace LicenseService\V1\Release;

/** The calls about the license. Only a verified answer changes what is held; silence never does. */
final class Licensing
{
    /** Only a person can mend these, so the site asks ever more seldom. */
    private const FINAL = [
        'license_key_not_found', 'license_key_replaced', 'product_not_on_key', 'cancelled', 'license_cancelled',
    ];
    private const FINAL_WAITS_S = [43200, 86400, 172800];
    /** Seconds, and the least and the most percent of them: never earlier in the end, so that a day has four tries. */
    private const BACK_OFF = [[300, 80, 120], [3600, 80, 120], [21600, 100, 140]];
    private Config $config;
    private Store $store;
    private Http $http;
    private KeySet $keys;
    private Schedule $schedule;

    public function __construct(Config $config, Store $store, Http $http, KeySet $keys, Schedule $schedule)
    {
        $this->config = $config;
        $this->store = $store;
        $this->http = $http;
        $this->keys = $keys;
        $this->schedule = $schedule;
    }

    /** @param string|null $replace the id of the activation whose seat this site takes over, or `idle` */
    public function activate(string $key, ?string $replace): array
    {
        $key = trim($key);
        if ($key === '') {
            return $this->result(false, 'no_key', $this->config->t('Enter a license key.'));
        }
        return $this->ask('activate', $key, $replace === null ? [] : ['replace' => $replace]);
    }

    /** For a site that changed its address: takes the seat of the old address along. */
    public function move(): array
    {
        $notes = $this->store->notes();
        $from = $notes['copy_of']['activation_id'] ?? $notes['activation_id'] ?? null;
        return $from === null
            ? $this->result(false, 'nothing_to_move', $this->config->t('This site holds no seat that could be moved.'))
            : $this->ask('move', $this->store->key(), ['activation_id' => $from]);
    }

    public function check(): array
    {
        $key = $this->store->key();
        if ($key === '') {
            return $this->result(false, 'no_key', $this->config->t('Enter a license key.'));
        }
        $claims = $this->store->claims();
        $isNew = $claims === null || $claims->kh !== Verifier::shortHash($key);
        return $this->ask($isNew && $this->store->fixedKey() !== null ? 'activate' : 'check', $key, []);
    }

    public function deactivate(): array
    {
        $key = $this->store->key();
        // By its address, not by the id it holds: a copy of a site holds the id of the other site's seat.
        $fields = $this->credentials($key) + ['instance_identifier' => $this->config->instance()];
        $answer = $this->http->post('/api/v1/product/licenses/deactivate', $fields);
        if ($answer->body === null) {
            return $this->result(false, 'no_answer', $this->unreachable());
        }
        $code = (string) ($answer->body->code ?? 'deactivated');
        $isFree = $answer->status < 300 || in_array($code, ['activation_not_found', 'license_key_not_found'], true);
        if (!$isFree) {
            return $this->result(false, $code, (string) ($answer->body->detail ?? ''));
        }
        $this->store->forget();
        $this->schedule->clear();
        $detail = $this->config->t('This license is no longer active on this site.');
        $detail .= $answer->status < 300 ? ' ' . $this->config->t('Its seat is free.') : '';
        return $this->result(true, 'deactivated', $detail);
    }

    /** @return array<string, string> */
    public function credentials(string $key): array
    {
        return ['license_key' => $key, 'product' => $this->config->product, 'brand' => $this->config->brand];
    }

    /** @param array<string, mixed> $fields */
    private function ask(string $verb, string $key, array $fields): array
    {
        $held = $this->store->notes()['activation_id'] ?? null;
        $asked = ['instance_identifier' => $this->config->instance(), 'nonce' => Verifier::encode(random_bytes(12))];
        $fields += $this->credentials($key) + $asked + ($held === null ? [] : ['activation_id' => $held]);
        $answer = $this->http->post("/api/v1/product/licenses/$verb", $fields);
        if ($answer->body === null) {
            return $this->silence((string) $answer->fault, $answer->retryAfter);
        }
        $proof = $answer->body->proof ?? null;
        if (!is_string($proof)) {
            return $this->unproven($verb, $answer, $fields);
        }
        try {
            $claims = $this->verify($proof, $fields);
        } catch (ProofRefused $refused) {
            return $this->silence('proof_' . $refused->getMessage(), 0);
        }
        return $this->settle($answer->body, $claims, $proof, $fields);
    }

    /** @param array<string, mixed> $fields */
    private function verify(string $proof, array $fields): object
    {
        $held = $this->store->claims();
        $expected = [
            'iss' => $this->config->url,
            'aud' => $this->config->aud(),
            'license_key' => $fields['license_key'],
            'instance' => $fields['instance_identifier'],
            'nonce' => $fields['nonce'],
            'sub' => $held->sub ?? null,
            'seq' => $held->seq ?? 0,
            'now' => time(),
        ];
        try {
            return Verifier::verify($proof, $this->keys->current(), $expected);
        } catch (ProofRefused $refused) {
            $set = $refused->getMessage() === 'unknown_kid' ? $this->keys->newer() : null;
            if ($set === null) {
                throw $refused;
            }
            return Verifier::verify($proof, $set, $expected);
        }
    }

    /** @param array<string, mixed> $fields */
    private function settle(object $body, object $claims, string $proof, array $fields): array
    {
        $code = (string) $claims->verdict->code;
        $mayRun = $claims->verdict->may_run === true;
        $detail = (string) ($body->detail ?? '');
        $held = $this->store->claims();
        if (!$mayRun && $held !== null && $held->verdict->may_run && $held->kh !== $claims->kh) {
            if ($this->store->fixedKey() !== null) {
                $this->schedule->plan(time() + self::FINAL_WAITS_S[0]);
            }
            return $this->result(false, $code, $detail);
        }
        $nos = in_array($code, self::FINAL, true) ? (int) ($this->store->notes()['nos'] ?? 0) + 1 : 0;
        $next = max((int) $claims->next, $nos === 0 ? 0 : time() + self::FINAL_WAITS_S[min($nos, 3) - 1]);
        $changes = $this->shown($body, $claims) + ['detail' => $detail, 'next_check_at' => $next, 'nos' => $nos];
        $changes += ['instance' => $fields['instance_identifier'], 'checked_at' => time()];
        $changes += ['fails' => 0, 'fault' => null, 'fault_since' => null, 'key' => $this->kept($fields)];
        $this->store->note($changes);
        $this->store->hold($proof);
        $this->schedule->plan($next);
        return $this->result($mayRun, $code, $detail === '' ? $this->active() : $detail);
    }

    /** A key in a constant is not copied into the database. */
    private function kept(array $fields): string
    {
        return $this->store->fixedKey() === null ? (string) $fields['license_key'] : '';
    }

    /** The parts of an answer that the card shows. */
    private function shown(object $body, object $claims): array
    {
        $license = $body->license ?? $body;
        $asArray = static fn ($value) => json_decode((string) wp_json_encode($value), true);
        return [
            'activation_id' => $claims->act ?? $this->store->notes()['activation_id'] ?? null,
            'links' => array_filter((array) ($body->links ?? []), 'is_string'),
            'seats' => array_slice((array) $asArray($body->seats ?? []), 0, 10),
            'copy_of' => $asArray($body->copy_of ?? null),
            'seats_used' => $license->seats_used ?? null,
            'seat_limit' => $claims->license->seat_limit ?? null,
            'expires_at' => $claims->license->expires_at ?? null,
        ];
    }

    /** The service did not answer, or nothing that counts. What is held stays, and the next try is later each time. */
    private function silence(string $fault, int $retryAfter): array
    {
        $notes = $this->store->notes();
        $fails = (int) ($notes['fails'] ?? 0) + 1;
        [$seconds, $least, $most] = self::BACK_OFF[min($fails, 3) - 1];
        $wait = intdiv($seconds * random_int($least, $most), 100);
        $next = time() + max($wait, min($retryAfter, 86400));
        $since = $notes['fault_since'] ?? time();
        $changes = ['fails' => $fails, 'fault' => $fault, 'fault_since' => $since, 'next_check_at' => $next];
        $this->store->note($changes);
        if ($this->store->key() !== '') {
            $this->schedule->plan($next);
        }
        return $this->result(false, 'no_answer', $this->unreachable());
    }

    /** Bad input, or an answer that the service could not sign. Only what happened for sure is noted. */
    private function unproven(string $verb, Answer $answer, array $fields): array
    {
        if ($answer->status >= 400 && $verb !== 'check') {
            $code = (string) ($answer->body->code ?? 'bad_request');
            return $this->result(false, $code, (string) ($answer->body->detail ?? ''));
        }
        if ($verb === 'check') {
            return $this->silence('no_proof', $answer->retryAfter);
        }
        $taken = ['key' => $this->kept($fields), 'activation_id' => $answer->body->activation_id ?? null];
        $this->store->note($taken + ['instance' => $fields['instance_identifier']]);
        $this->schedule->plan(time() + self::BACK_OFF[0][0]);
        $detail = $this->config->t('The license is being confirmed. This takes minutes.');
        return $this->result(true, 'unconfirmed', $detail);
    }

    private function active(): string
    {
        return $this->config->t('This license is active on this site.');
    }

    private function unreachable(): string
    {
        return $this->config->t('The license service did not answer. Nothing has changed. Try again later.');
    }

    private function result(bool $ok, string $code, string $detail): array
    {
        return ['ok' => $ok, 'code' => $code, 'detail' => $detail];
    }
}
