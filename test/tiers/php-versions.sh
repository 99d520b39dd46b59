#!/usr/bin/env bash
# Runs the WordPress client on PHP 7.4, 8.2 and 8.5, which npm has as WebAssembly. They have no sodium, so this also
# tests the replacement that WordPress brings along:
#   bash test/tiers/php-versions.sh
# Installs what it needs where it may, and says loudly what it left out.
set -euo pipefail
exec 2>&1
cd "$(dirname "$0")/../.."

not_shown() {
  echo "############################################################"
  echo "# NOT SHOWN: the license client on PHP 7.4, 8.2 and 8.5: $*"
  echo "############################################################"
  exit "${PHP_VERSIONS_REQUIRED:-0}"
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm ci --no-fund --no-audit --ignore-scripts --prefix test/tiers/php-versions >/dev/null ||
  not_shown "they could not be installed"
bash .ci/unpack-wordpress "$work/unpacked" || not_shown "Debian's wordpress could not be downloaded"
SODIUM_COMPAT="$work/unpacked/usr/share/wordpress/wp-includes/sodium_compat"
export SODIUM_COMPAT FLIPS=20
# The run of all tests has its count there.
unset TEST_SUMMARY_FILE
export PHP="$PWD/test/tiers/php-versions/php.mjs"

# A request takes a second here, and a verification half of one. So the oldest and the newest version run the main steps,
# and the one between, which Debian has with sodium, runs the vectors.
for PHP_VERSION in 7.4 8.2 8.5; do
  export PHP_VERSION
  steps='golden vector|a site with a license|an update'
  [ "$PHP_VERSION" != 8.2 ] || steps='golden vector'
  find clients/php -name '*.php' -print0 | xargs -0 -n 1 -P 2 "$PHP" -l >/dev/null
  echo "PHP $PHP_VERSION reads every file of the client, and runs it:"
  npx jest test/clients/php --testNamePattern "$steps" --silent
done
