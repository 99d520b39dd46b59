import { execFileSync, spawnSync } from 'node:child_process';
import type { PhpValue } from '../../../lib/domain/php-parameters.ts';

/** The version of PHP on this machine; undefined if there is none. */
export const phpVersion: string | undefined =
  spawnSync('php', ['-r', 'echo PHP_VERSION;'], { encoding: 'utf8' }).stdout || undefined;

/**
 * Says where it cannot be overlooked that PHP has read nothing in this run. `REQUIRE_PHP=1`, as in CI, makes that a
 * failure.
 */
export function reportMissingPhp(): void {
  if (process.env['REQUIRE_PHP'] === '1') throw new Error('REQUIRE_PHP is set, and there is no php on this machine');
  process.stderr.write(
    '\n!!! NO PHP HERE: PHP itself has read none of the answers to Easy Digital Downloads clients.\n' +
      '!!! Install php-cli (Debian: apt-get install php-cli) and run these tests again.\n\n',
  );
}

/** Runs PHP code with `$in`, and returns what it leaves in `$out`. A warning of PHP is an error. */
export function runPhp(code: string, input: unknown): unknown {
  const script =
    'set_error_handler(function ($n, $m) { throw new ErrorException($m); });' +
    '$in = json_decode(stream_get_contents(STDIN), true, 512, JSON_THROW_ON_ERROR);' +
    `${code} echo json_encode($out, JSON_THROW_ON_ERROR | JSON_PRESERVE_ZERO_FRACTION);`;
  const printed = execFileSync('php', ['-r', script], { input: JSON.stringify(input), encoding: 'utf8' });
  return JSON.parse(printed);
}

/** Parameters as nested pairs, so that their order counts and no name is special. */
export const plainOf = (value: PhpValue | object): unknown =>
  typeof value === 'string'
    ? value
    : value instanceof Map
      ? [...value].map(([name, inner]) => [name, plainOf(inner)])
      : Object.entries(value).map(([name, inner]) => [name, plainOf(inner as PhpValue)]);
