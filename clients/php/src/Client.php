<?php

declare(strict_types=1);

namespace LicenseService\V1;

/**
 * The license of one plugin or theme on this site. This class never changes within a major version: the newest copy of
 * the client on the site does the work, from `plugins_loaded` on.
 */
final class Client
{
    /** @var array<string, self> */
    private static array $all = [];
    private string $file;
    /** @var array<string, mixed> */
    private array $config;
    private ?object $root = null;

    /** @param array<string, mixed> $config */
    private function __construct(string $file, array $config)
    {
        $this->file = $file;
        $this->config = $config;
    }

    /**
     * Starts the client, once for each file: the main file of the plugin, or functions.php of the theme.
     *
     * @param array<string, mixed> $config url, brand, product and root_keys are required
     */
    public static function boot(string $file, array $config): self
    {
        if (isset(self::$all[$file])) {
            return self::$all[$file];
        }
        $client = new self($file, $config);
        self::$all[$file] = $client;
        $start = static function () use ($client): void {
            $client->root()->start();
        };
        did_action('plugins_loaded') ? $start() : add_action('plugins_loaded', $start, -1000);
        return $client;
    }

    /** @return array<string, self> */
    public static function all(): array
    {
        return self::$all;
    }

    /** May the plugin run on this site? Makes no request, in no case. */
    public function may_run(): bool
    {
        return $this->root()->mayRun();
    }

    /** May the plugin be updated on this site? Makes no request, in no case. */
    public function may_update(): bool
    {
        return $this->root()->mayUpdate();
    }

    /** @return array{ok: bool, code: string, detail: string} */
    public function activate(string $key, ?string $replace = null): array
    {
        return $this->root()->activate($key, $replace);
    }

    /** @return array{ok: bool, code: string, detail: string} */
    public function deactivate(): array
    {
        return $this->root()->deactivate();
    }

    /** @return array{ok: bool, code: string, detail: string} */
    public function move(): array
    {
        return $this->root()->move();
    }

    /** @return array<string, mixed> what is held of the license, without the key */
    public function status(): array
    {
        return $this->root()->status();
    }

    /**
     * @param array<int, mixed> $arguments for what newer copies add
     *
     * @return mixed
     */
    public function __call(string $name, array $arguments)
    {
        return $this->root()->$name(...$arguments);
    }

    private function root(): object
    {
        if ($this->root === null) {
            $class = Versions::newest();
            $root = new $class($this->file, $this->config);
            if (!did_action('plugins_loaded')) {
                return $root;
            }
            $this->root = $root;
        }
        return $this->root;
    }
}
