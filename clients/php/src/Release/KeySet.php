<?php

declare(strict_types=1);

namespace LicenseService\V1\Release;

/** The public keys of the service, signed by its root key. A set is kept for a day; no older one replaces it. */
final class KeySet
{
    private const PATH = '/.well-known/license-keys';
    private const HOUR_S = 3600;
    private const DAY_S = 86400;
    private Config $config;
    private Store $store;
    private Http $http;

    public function __construct(Config $config, Store $store, Http $http)
    {
        $this->config = $config;
        $this->store = $store;
        $this->http = $http;
    }

    /** Fetches the set when there is none or it is a day old. An old one still counts until it ends. */
    public function current(): object
    {
        $notes = $this->store->notes();
        $isOld = time() - (int) ($notes['key_set_at'] ?? 0) > self::DAY_S;
        return ($isOld ? $this->fetch() : null) ?? $this->read($notes);
    }

    /** For a proof under a key that is not known: at most once an hour. */
    public function newer(): ?object
    {
        $isRecent = time() - (int) ($this->store->notes()['key_set_at'] ?? 0) < self::HOUR_S;
        return $isRecent ? null : $this->fetch();
    }

    private function fetch(): ?object
    {
        $answer = $this->http->get(self::PATH);
        $notes = $this->store->notes();
        try {
            $set = Verifier::readKeySet($answer->text, $this->config->rootKeys, (int) ($notes['version'] ?? 0), time());
        } catch (ProofRefused $refused) {
            return null;
        }
        $this->store->note(['key_set' => trim($answer->text), 'key_set_at' => time(), 'version' => $set->version]);
        return $set;
    }

    /** @param array<string, mixed> $notes */
    private function read(array $notes): object
    {
        return Verifier::readKeySet((string) ($notes['key_set'] ?? ''), $this->config->rootKeys, 0, time());
    }
}
