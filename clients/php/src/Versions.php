<?php

declare(strict_types=1);

namespace LicenseService\V1;

/** The copies of this client on one site. Every copy registers itself, and the newest serves all plugins. */
final class Versions
{
    /** @var array<string, class-string> */
    private static array $roots = [];

    public static function add(string $version, string $root): void
    {
        self::$roots[$version] = $root;
    }

    /** @return class-string */
    public static function newest(): string
    {
        uksort(self::$roots, 'version_compare');
        return (string) end(self::$roots);
    }
}
