#!/usr/bin/env bash
# Installs a package with the Composer of Debian from a service that `npm start` runs, and updates it to a version that
# is published in between, as a customer does:
#   bash test/tiers/composer.sh
# It needs the packages composer and php-cli, and ends with 3, loudly, when it cannot run. `node .ci/smoke.mjs` runs it
# against the service that it starts.
set -euo pipefail
cd "$(dirname "$0")/../.."
for program in composer php; do
  command -v "$program" >/dev/null || {
    echo "NOT TESTED: $program is missing. Install composer and php-cli." >&2
    exit 3
  }
done
[ -f .local/credentials.json ] || { echo "NOT TESTED: no service runs here. Run npm start first." >&2; exit 3; }

field() { node -p "JSON.parse(require('fs').readFileSync(0, 'utf8'))$1"; }
BASE_URL=$(field .base_url <.local/credentials.json)
API_KEY=$(field '.brands[0].api_key' <.local/credentials.json)
HOST=${BASE_URL#http://}
KEY=$(curl -fsS "$BASE_URL/api/v1/brand/licenses/provision" -H "X-API-Key: $API_KEY" \
  -H 'Content-Type: application/json' \
  -d '{"customer_email": "composer@example.com", "products": ["wp-rocket"], "license_key": "new"}' |
  field .license_key.key)

project=$(mktemp -d)
trap 'rm -rf "$project"' EXIT
export COMPOSER_ALLOW_SUPERUSER=1 COMPOSER_HOME="$project/home" COMPOSER_CACHE_DIR="$project/cache"
cat >"$project/composer.json" <<JSON
{
  "repositories": [{"type": "composer", "url": "$BASE_URL/composer/wp-rocket"}, {"packagist.org": false}],
  "config": {"secure-http": false, "http-basic": {"$HOST": {"username": "any", "password": "$KEY"}}}
}
JSON

# Publishes a version of wp-rocket with its package. Sites and Composer see it within a minute.
publish() {
  local releases="$BASE_URL/api/v1/brand/products/wp-rocket/releases" answer id
  answer=$(curl -fsS "$releases" -H "X-API-Key: $API_KEY" -H 'Content-Type: application/json' \
    -d "{\"version\": \"$1\"}")
  id=$(field .id <<<"$answer")
  VERSION=$1 node_modules/.bin/node --input-type=module -e "
    import { buildZip } from './local/zip.ts';
    const header = '<?php\n/**\n * Plugin Name: WP Rocket\n * Version: ' + process.env.VERSION + '\n */\n';
    process.stdout.write(buildZip([{ path: 'wp-rocket/wp-rocket.php', content: header }]));" >"$project/package.zip"
  curl -fsS -X PUT "$(field .upload.url <<<"$answer")" -H 'Content-Type: application/zip' \
    --data-binary "@$project/package.zip"
  answer=$(curl -fsS -X POST "$releases/$id/publish" -H "X-API-Key: $API_KEY")
  curl -fsS -X POST "$BASE_URL/__local/tick?now=$(date -u -d "$(field .published_at <<<"$answer") 2 minutes" +%FT%TZ)" \
    >/dev/null
}
installed() {
  sed -n 's/^ \* Version: //p' "$project/vendor/wp-rocket/wp-rocket/wp-rocket.php"
}

composer --working-dir="$project" --no-interaction require "wp-rocket/wp-rocket:*"
first=$(installed)
next=2.0.$(date +%s)
publish "$next"
composer --working-dir="$project" --no-interaction clear-cache >/dev/null 2>&1
composer --working-dir="$project" --no-interaction update
if [ "$(installed)" != "$next" ] || [ "$first" = "$next" ]; then
  echo "FAILED: Composer has $(installed) after $first, and $next is published." >&2
  exit 1
fi
grep -q 'Plugin Name:' "$project/vendor/wp-rocket/wp-rocket/wp-rocket.php"
grep -q '"shasum": "[0-9a-f]\{40\}"' "$project/composer.lock"
if grep -qF "$KEY" "$project/composer.lock"; then
  echo "FAILED: the lock file contains the license key." >&2
  exit 1
fi

# The lock file outlives every link: three days later, without what Composer has kept, the same version comes.
now=$(curl -fsS -X POST "$BASE_URL/__local/tick" | field .now)
curl -fsS -X POST "$BASE_URL/__local/tick?now=$(date -u -d "$now 3 days" +%FT%TZ)" >/dev/null
rm -rf "$project/vendor" "$project/cache"
composer --working-dir="$project" --no-interaction install
if [ "$(installed)" != "$next" ]; then
  echo "FAILED: Composer installed $(installed) from a lock file with $next." >&2
  exit 1
fi

sed -i "s/$KEY/nonsense/" "$project/composer.json"
rm -rf "$project/vendor" "$project/composer.lock" "$project/cache"
if composer --working-dir="$project" --no-interaction update >/dev/null 2>&1; then
  echo "FAILED: Composer installed the package with a key of nobody." >&2
  exit 1
fi
version=$(composer --version --no-ansi | sed 's/^Composer version //')
echo "Composer $version installed wp-rocket/wp-rocket $first, updated it to $next, installed it from the lock file" \
  "three days later, and got nothing without a license."
