<?php
// Loads the replacement of sodium that WordPress brings along. It may be older than this PHP: what PHP finds outdated
// in it is not ours.
set_error_handler(static function (int $level, string $text, string $file): bool {
    return strpos($file, (string) getenv('SODIUM_COMPAT')) === 0;
});
require getenv('SODIUM_COMPAT') . '/autoload.php';
