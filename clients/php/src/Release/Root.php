<?php

declare(strict_types=1);

namespace LicenseService\V1\Release;

/** One license on this site: what the façade calls, and the hooks that each kind of request needs. */
final class Root
{
    public const VERSION = '1.0.0';
    public Config $config;
    public Store $store;
    private Schedule $schedule;
    private ?Licensing $licensing = null;
    private ?Updater $updater = null;

    /** @param array<string, mixed> $given */
    public function __construct(string $file, array $given)
    {
        $this->config = new Config($file, $given);
        $this->store = new Store($this->config);
        $this->schedule = new Schedule($this->config);
    }

    /** Any request may install updates: WordPress runs cron in a page, and remote managers call the REST API. */
    public function start(): void
    {
        add_action($this->config->id, [$this, 'refresh']);
        $this->updater()->start();
        if (is_admin()) {
            add_action('admin_init', [$this, 'prepare']);
            (new Card($this))->start();
            (new Health($this))->start();
            (new Privacy($this))->start();
        }
        if (defined('WP_CLI') && WP_CLI) {
            Cli::start();
        }
    }

    /** The option exists from the first page of the admin area on, so that reading it never costs a query. */
    public function prepare(): void
    {
        if (!$this->config->isNetwork) {
            add_option($this->config->id, [], '', true);
        }
        $key = $this->store->key();
        $claims = $this->store->claims();
        $kh = Verifier::shortHash($key);
        $isNew = $claims !== null && !in_array($kh, [$claims->kh, $this->store->notes()['planned'] ?? ''], true);
        if ($key === '' && $claims !== null) {
            // The constant that held the key was removed.
            $this->forget();
        } elseif ($key !== '' && $this->schedule->ensure($isNew) && $isNew) {
            $this->store->note(['planned' => $kh]);
        }
    }

    /** Removes the key from this site. Its seat, if it has one, stays taken. */
    public function forget(): void
    {
        $this->store->forget();
        $this->schedule->clear();
    }

    /** For commands that need more than the façade. */
    public function implementation(): self
    {
        return $this;
    }

    public function mayRun(): bool
    {
        $claims = $this->store->claims();
        if ($claims === null || $claims->verdict->may_run !== true) {
            return false;
        }
        return time() < $claims->exp || !$this->config->stopsWhenStale;
    }

    public function mayUpdate(): bool
    {
        $claims = $this->store->claims();
        return $claims !== null && $claims->verdict->may_update === true && time() < $claims->exp;
    }

    public function activate(string $key, ?string $replace = null): array
    {
        $result = $this->licensing()->activate($key, $replace);
        if ($result['ok']) {
            $this->updater()->refresh();
        }
        return $result;
    }

    public function deactivate(): array
    {
        return $this->licensing()->deactivate();
    }

    public function move(): array
    {
        return $this->licensing()->move();
    }

    /** Asks for the verdict and, if the service answered, for the newest release. */
    public function refresh(): array
    {
        $result = $this->licensing()->check();
        if (!in_array($result['code'], ['no_answer', 'no_key'], true)) {
            $this->updater()->refresh();
        }
        return $result;
    }

    /** @return array<string, mixed> what is held, without the key */
    public function status(): array
    {
        $notes = $this->store->notes();
        $claims = $this->store->claims();
        $hasKey = $this->store->key() !== '';
        $isYes = $claims !== null && $claims->verdict->may_run === true;
        $kept = ['detail', 'links', 'seats', 'copy_of', 'seats_used', 'seat_limit', 'expires_at', 'checked_at'];
        $times = ['next_check_at', 'fault', 'fault_since', 'activation_id'];
        return [
            'code' => $claims->verdict->code ?? ($hasKey ? 'unconfirmed' : 'no_key'),
            'may_run' => $this->mayRun(),
            'may_update' => $this->mayUpdate(),
            'is_stale' => $isYes && time() >= $claims->exp,
            'stale_ok_until' => $isYes ? $claims->exp : null,
            'key' => $this->store->maskedKey(),
            'is_key_fixed' => $this->store->fixedKey() !== null,
            'channel' => $notes['channel'] ?? 'stable',
            'next_event' => wp_next_scheduled($this->config->id),
        ] + array_intersect_key($notes, array_flip(array_merge($kept, $times)))
            + array_fill_keys(array_merge($kept, $times), null);
    }

    /** Prints the card, for authors who show it on a page of their own. */
    public function card(): void
    {
        (new Card($this))->render();
    }

    public function useChannel(string $channel): void
    {
        $this->store->note(['channel' => $channel === 'beta' ? 'beta' : 'stable']);
        $this->updater()->refresh();
    }

    public function goBack(): array
    {
        return $this->updater()->goBack();
    }

    public function licensing(): Licensing
    {
        if ($this->licensing === null) {
            $http = new Http($this->config);
            $keys = new KeySet($this->config, $this->store, $http);
            $this->licensing = new Licensing($this->config, $this->store, $http, $keys, $this->schedule);
        }
        return $this->licensing;
    }

    private function updater(): Updater
    {
        $this->updater = $this->updater ?? new Updater($this);
        return $this->updater;
    }
}
