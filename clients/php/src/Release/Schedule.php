<?php

declare(strict_types=1);

namespace LicenseService\V1\Release;

/** The one event of this license in WP-Cron. It is single: each answer says when the next one is due. */
final class Schedule
{
    private const SOON_S = 60;
    private Config $config;

    public function __construct(Config $config)
    {
        $this->config = $config;
    }

    public function plan(int $at): void
    {
        $this->onMainSite(function () use ($at): void {
            wp_clear_scheduled_hook($this->config->id);
            wp_schedule_single_event(max($at, time() + self::SOON_S), $this->config->id);
        });
    }

    public function clear(): void
    {
        $this->onMainSite(fn () => wp_clear_scheduled_hook($this->config->id));
    }

    /** Plans the event if it was lost or is due. False on the sites of a network that have none. */
    public function ensure(bool $isDue): bool
    {
        $isHere = !$this->config->isNetwork || is_main_site();
        if ($isHere && ($isDue || wp_next_scheduled($this->config->id) === false)) {
            $this->plan(0);
        }
        return $isHere;
    }

    /** A network has one event, whichever of its sites asked. */
    private function onMainSite(callable $do): void
    {
        $isElsewhere = $this->config->isNetwork && !is_main_site();
        if ($isElsewhere) {
            switch_to_blog(get_main_site_id());
        }
        $do();
        if ($isElsewhere) {
            restore_current_blog();
        }
    }
}
