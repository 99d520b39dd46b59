#!/usr/bin/env bash
# Drives the license client in a real WordPress (Debian's) with MariaDB and Chromium, against `npm start`:
#   bash test/tiers/wordpress.sh [--pictures]
# Installs what it needs where it may, and says loudly what it left out.
set -euo pipefail
exec 2>&1
cd "$(dirname "$0")/../.."

not_shown() {
  echo "############################################################"
  echo "# NOT SHOWN: the license client in a real WordPress: $*"
  echo "############################################################"
  exit "${WORDPRESS_REQUIRED:-0}"
}

work=$(mktemp -d)
database=
clean_up() {
  if [ -n "$database" ]; then
    kill "$database" 2>/dev/null || true
    wait "$database" 2>/dev/null || true
  fi
  rm -rf "$work"
}
trap clean_up EXIT

missing=()
command -v php >/dev/null || missing+=(php-cli)
php -m 2>/dev/null | grep -q '^mysqli$' || missing+=(php-mysql)
php -m 2>/dev/null | grep -q '^curl$' || missing+=(php-curl)
command -v mysql_install_db >/dev/null || missing+=(mariadb-server)
if [ ${#missing[@]} -gt 0 ]; then
  bash .ci/packages "${missing[@]}" || not_shown "${missing[*]} could not be installed"
fi
CHROMIUM=$(bash .ci/find-browser) || not_shown "there is no Chromium or Chrome, and none could be installed"
export CHROMIUM
bash .ci/unpack-wordpress "$work/unpacked" ||
  not_shown "Debian's wordpress could not be downloaded"
npm ci --prefix test/browser >/dev/null || not_shown "playwright-core could not be installed"

mysql_install_db --no-defaults --auth-root-authentication-method=normal --datadir="$work/data" --user="$(id -un)" \
  >/dev/null
mysqld --no-defaults --datadir="$work/data" --socket="$work/socket" --skip-networking --user="$(id -un)" \
  --pid-file="$work/pid" >"$work/database.log" 2>&1 &
database=$!
for _ in $(seq 100); do
  [ -S "$work/socket" ] && break
  sleep 0.2
done
echo "wordpress: left out: 5.8, newer versions than Debian's, and PHP 7.4 and 8.5 (test/tiers/php-versions.sh)"
WORK="$work" node test/browser/wordpress/drive.mjs "$@"
