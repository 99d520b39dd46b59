#!/usr/bin/env bash
# Runs the TypeScript client in Deno and in Cloudflare's workerd:
#   bash test/tiers/runtimes.sh
# Installs both from npm, and says loudly when it cannot run.
set -euo pipefail
exec 2>&1
cd "$(dirname "$0")/../.."
npm ci --silent --no-fund --no-audit --prefix test/tiers/runtimes || {
  echo "############################################################"
  echo "# NOT SHOWN: the TypeScript client in Deno and Workers: they could not be installed"
  echo "############################################################"
  exit "${RUNTIMES_REQUIRED:-0}"
}
node test/tiers/runtimes/run.mjs
