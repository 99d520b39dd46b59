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
        $this->clear();
        wp_schedule_single_event(max($at, time() + self::SOON_S), $this->config->id);
    }

    public function clear(): void
    {
        wp_clear_scheduled_hook($this->config->id);
    }

    /** Plans the event if it was lost or is due. A network has one, on its main site; false anywhere else. */
    public function ensure(bool $isDue): bool
    {
        $isHere = !$this->config->isNetwork || is_main_site();
        if ($isHere && ($isDue || wp_next_scheduled($this->config->id) === false)) {
            $this->plan(0);
        }
        return $isHere;
    }
}
