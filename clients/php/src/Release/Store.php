<?php

declare(strict_types=1);

namespace LicenseService\V1\Release;

/**
 * The two options of a license. A page load reads the first, which is loaded with all others: the proof and its MAC.
 * The second has the rest, and only cron and the admin area read it.
 */
final class Store
{
    /** The notes about the service and the site, which outlive one license key. */
    private const KEPT = ['channel', 'key_set', 'key_set_at', 'version', 'expects_signatures', 'left'];
    /** A network's options cost a query each, so each of its sites has a copy of the state, for pages to read. */
    private const COPY_S = 86400;
    private const COPY_IN_ADMIN_S = 1800;
    /** The sites of a network that hear of a change at once. */
    private const TOLD = 100;
    private Config $config;
    private ?string $trusted = null;
    private ?object $claims = null;

    public function __construct(Config $config)
    {
        $this->config = $config;
    }

    /** The claims that this site holds; null if it holds none. Computes one HMAC, and reads nothing else. */
    public function claims(): ?object
    {
        $state = $this->config->isNetwork ? $this->copy() : $this->read($this->config->id);
        $proof = $state['proof'] ?? '';
        if ($proof === '') {
            return null;
        }
        if ($this->salt() === '') {
            // WordPress has not read its salts from the database, which the writer of this option can read as well.
            return Verifier::claims($proof);
        }
        if ($this->trusted !== $proof) {
            $isOurs = hash_equals($this->mac($proof, (int) $state['verified_at']), (string) ($state['mac'] ?? ''));
            $this->claims = $isOurs ? Verifier::claims($proof) : $this->reseal($proof);
            $this->trusted = $proof;
        }
        return $this->claims;
    }

    public function hold(string $proof): void
    {
        $now = time();
        $state = ['proof' => $proof, 'verified_at' => $now, 'mac' => $this->mac($proof, $now)];
        $this->write($this->config->id, $state, true);
    }

    public function forget(): void
    {
        $this->write($this->config->id, [], true);
        $kept = array_intersect_key($this->notes(), array_flip(self::KEPT));
        $this->write("{$this->config->id}_notes", $kept, false);
    }

    /** @return array<string, mixed> */
    public function notes(): array
    {
        return $this->read("{$this->config->id}_notes");
    }

    /** @param array<string, mixed> $changes */
    public function note(array $changes): void
    {
        $this->write("{$this->config->id}_notes", array_merge($this->notes(), $changes), false);
    }

    /** A constant or a variable of the environment wins over the key that somebody typed. */
    public function key(): string
    {
        return $this->fixedKey() ?? (string) ($this->notes()['key'] ?? '');
    }

    public function fixedKey(): ?string
    {
        $name = $this->config->constant();
        $fixed = defined($name) ? constant($name) : getenv($name);
        return is_string($fixed) && $fixed !== '' ? $fixed : null;
    }

    public function maskedKey(): string
    {
        $key = $this->key();
        return $key === '' ? '' : '••••' . substr($key, -4);
    }

    /**
     * The salts of the site have changed, or somebody has changed the option. The signature decides, once: what it
     * does not cover is forgotten.
     */
    private function reseal(string $proof): ?object
    {
        $notes = $this->notes();
        $claims = Verifier::claims($proof);
        try {
            $set = Verifier::readKeySet((string) ($notes['key_set'] ?? ''), $this->config->rootKeys, 0, 0);
            $held = ['sub' => null, 'seq' => 0, 'nonce' => null, 'now' => null];
            $asked = ['license_key' => $this->key(), 'instance' => (string) ($notes['instance'] ?? '')];
            $service = ['iss' => $this->config->url, 'aud' => $this->config->aud()];
            $claims = Verifier::verify($proof, $set, $held + $asked + $service);
            $this->hold($proof);
            return $claims;
        } catch (ProofRefused $refused) {
            $this->write($this->config->id, [], true);
            return null;
        }
    }

    /** @return array<string, mixed> */
    private function copy(): array
    {
        $copy = get_option($this->config->id, []);
        $age = time() - (int) ($copy['copied_at'] ?? 0);
        $most = is_admin() || wp_doing_cron() ? self::COPY_IN_ADMIN_S : self::COPY_S;
        return $age >= 0 && $age < $most ? $copy : $this->copyHere($this->read($this->config->id));
    }

    /** @param array<string, mixed> $state */
    private function copyHere(array $state): array
    {
        update_option($this->config->id, $state + ['copied_at' => time()], true);
        return $state;
    }

    private function mac(string $proof, int $verifiedAt): string
    {
        return hash_hmac('sha256', "{$this->config->id}\n$verifiedAt\n$proof", $this->salt());
    }

    /** WordPress loads wp_salt() after the plugins, so the constants that it reads are read here. */
    private function salt(): string
    {
        $isSet = defined('AUTH_KEY') && defined('AUTH_SALT') && strpos(AUTH_KEY, 'put your unique') === false;
        return $isSet ? AUTH_KEY . AUTH_SALT : (function_exists('wp_salt') ? wp_salt() : '');
    }

    /** @return array<string, mixed> */
    private function read(string $name): array
    {
        $value = $this->config->isNetwork ? get_site_option($name, []) : get_option($name, []);
        return is_array($value) ? $value : [];
    }

    /** @param array<string, mixed> $value */
    private function write(string $name, array $value, bool $isAutoloaded): void
    {
        $this->config->isNetwork ? update_site_option($name, $value) : update_option($name, $value, $isAutoloaded);
        if ($this->config->isNetwork && $isAutoloaded) {
            $this->copyHere($value);
            $sites = ['fields' => 'ids', 'number' => self::TOLD, 'network_id' => get_current_network_id()];
            foreach (get_sites($sites) as $site) {
                switch_to_blog($site);
                $this->copyHere($value);
                restore_current_blog();
            }
        }
        $this->trusted = null;
    }
}
