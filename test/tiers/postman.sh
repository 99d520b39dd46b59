#!/usr/bin/env bash
# Runs the Postman collection with newman against a service that it starts itself:
#   bash test/tiers/postman.sh
# It installs newman from clients/postman, and says loudly when it cannot run.
set -euo pipefail
cd "$(dirname "$0")/../.."
npm ci --silent --no-fund --no-audit --prefix clients/postman || {
  echo "NOT TESTED: newman could not be installed." >&2
  exit 3
}

folder=$(mktemp -d)
LOCAL_DIR="$folder" PORT=0 LOG_LEVEL=SILENT npm start --silent >"$folder/service.log" 2>&1 &
service=$!
stop() {
  kill -INT "$service" 2>/dev/null || true
  wait "$service" 2>/dev/null || true
  rm -rf "$folder"
}
trap stop EXIT
for _ in $(seq 1 120); do
  grep -q '/admin/brands' "$folder/service.log" && break
  kill -0 "$service" 2>/dev/null || { cat "$folder/service.log" >&2; exit 1; }
  sleep 0.5
done

# In a file, not on the command line: other users of a machine see what its processes are called with.
node -e '
  const { readFileSync, writeFileSync } = require("node:fs");
  const folder = process.argv[1];
  const { base_url, brands, admin_api_key } = JSON.parse(readFileSync(`${folder}/credentials.json`, "utf8"));
  const known = { base_url, api_key: brands[0].api_key, admin_api_key };
  const environment = JSON.parse(readFileSync("clients/postman/environment.json", "utf8"));
  for (const entry of environment.values) entry.value = known[entry.key];
  writeFileSync(`${folder}/environment.json`, JSON.stringify(environment), { mode: 0o600 });
' "$folder"
clients/postman/node_modules/.bin/newman run clients/postman/collection.json \
  --environment "$folder/environment.json" --ignore-redirects --reporters cli \
  --reporter-cli-no-success-assertions --reporter-cli-no-console
