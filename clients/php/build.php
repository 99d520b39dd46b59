<?php
// Writes the one file that plugins carry, and its POT file, from src/:  php clients/php/build.php
// With --check, it writes nothing and fails when they are not up to date.
declare(strict_types=1);

const SHARED = ['Versions', 'Client'];
const RELEASE = [
    'ProofRefused', 'Answer', 'Config', 'Verifier', 'Store', 'Http', 'KeySet', 'Schedule', 'Licensing', 'Updater',
    'Card', 'Health', 'Privacy', 'Cli', 'Root',
];

/** The code of a class, with tabs and without its file's beginning and what only its authors read: there is a limit. */
function classIn(string $file): string
{
    $text = (string) file_get_contents(__DIR__ . "/src/$file.php");
    $beginning = '/^<\?php\n\ndeclare\(strict_types=1\);\n\nnamespace [^;]+;\n\n(?:use [^;]+;\n\n)?/';
    $body = preg_replace($beginning, '', $text);
    $tabs = static fn (array $blanks): string => str_repeat("\t", intdiv(strlen($blanks[0]), 4));
    $body = preg_replace('~^ *(/\*\* @[^\n]* \*/|/\* translators:[^\n]* \*/|// phpcs:[^\n]*)\n~m', '', (string) $body);
    $body = preg_replace('~^ */\*\*\n(?: *\* @[^\n]*\n| *\*\n)+ *\*/\n~m', '', (string) $body);
    // The façade keeps its notes for those who call it.
    $body = strpos($file, '/') === false ? $body : preg_replace('~^ +/\*\*.*?\*/\n~ms', '', (string) $body);
    return rtrim((string) preg_replace_callback('/^(?: {4})+/m', $tabs, (string) $body)) . "\n";
}

function versionIn(string $text): string
{
    return preg_match("/VERSION = '([0-9.]+)'/", $text, $found) === 1 ? $found[1] : '';
}

function block(string $namespace, string $first, string $uses, array $files): string
{
    $classes = implode("\n", array_map('classIn', $files));
    $guard = "if (!class_exists(__NAMESPACE__ . '\\$first', false)) {\n";
    return "namespace $namespace {\n$uses$guard$classes}\n}\n";
}

/** @param string[] $files */
function templateOf(array $files): string
{
    $texts = [];
    foreach ($files as $file) {
        $source = (string) file_get_contents(__DIR__ . "/src/$file.php");
        preg_match_all("/->t\('((?:[^'\\\\]|\\\\.)+)'\)/", $source, $found);
        foreach ($found[1] as $text) {
            $texts[stripslashes($text)] = true;
        }
    }
    ksort($texts);
    $out = "msgid \"\"\nmsgstr \"\"\n\"Content-Type: text/plain; charset=UTF-8\\n\"\n";
    foreach (array_keys($texts) as $text) {
        $hint = strpos($text, '%') === false ? '' : "#, php-format\n";
        $quoted = json_encode($text, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES);
        $out .= "\n{$hint}msgid $quoted\nmsgstr \"\"\n";
    }
    return $out;
}

$release = array_map(static fn (string $name): string => "Release/$name", RELEASE);
$version = versionIn((string) file_get_contents(__DIR__ . '/src/Release/Root.php'));
$name = 'R' . str_replace('.', '_', $version);
$built = "<?php\n\n// The license client for WordPress, version $version. build.php makes it: do not edit it.\n"
    . "\ndeclare(strict_types=1);\n\n"
    . block('LicenseService\V1', 'Client', '', SHARED) . "\n"
    . block("LicenseService\\V1\\$name", 'Root', "use LicenseService\\V1\\Client;\n\n", $release) . "\n"
    . "namespace {\n\\LicenseService\\V1\\Versions::add('$version', \\LicenseService\\V1\\$name\\Root::class);\n}\n";
$targets = ['license-service-client.php' => $built, 'license-service-client.pot' => templateOf($release)];
$isCheck = in_array('--check', $argv, true);
foreach ($targets as $file => $text) {
    $path = __DIR__ . "/$file";
    if (!$isCheck) {
        file_put_contents($path, $text);
    } elseif (@file_get_contents($path) !== $text) {
        fwrite(STDERR, "$file is not up to date: php clients/php/build.php\n");
        exit(1);
    }
}
