#!/usr/bin/env bash
# Checks the sources of the WordPress client with Debian's phpcs: PSR-12, and sniffs of ours for escaping, nonces and the
# text domain. Then runs PHPStan and the WordPress Coding Standards, where they are installed:
#   bash test/tiers/php-style.sh
set -euo pipefail
exec 2>&1
cd "$(dirname "$0")/../.."

if ! command -v phpcs >/dev/null && ! bash .ci/packages php-codesniffer; then
  echo "############################################################"
  echo "# NOT SHOWN: the style of the PHP client: phpcs could not be installed"
  echo "############################################################"
  exit "${PHP_STYLE_REQUIRED:-0}"
fi
phpcs --standard=clients/php/LicenseClient clients/php/src clients/php/demo clients/php/LicenseClient
found=$(phpcs --standard=clients/php/LicenseClient --report=emacs test/clients/sniffs/faults.php || true)
found=$(sed -n 's/^[^:]*:\([0-9]*\):.*/\1/p' <<<"$found" | sort -un | tr '\n' ' ')
wrong=$(sed -n '/wrong/{/\/\*\*/!=}' test/clients/sniffs/faults.php | tr '\n' ' ')
if [ "$found" != "$wrong" ]; then
  echo "FAILED: our sniffs find faults in the lines $found, and lines $wrong have them."
  exit 1
fi
echo "phpcs: the client is in style, and our sniffs find every fault that they are made for"
(
  cd clients/php
  if command -v phpstan >/dev/null; then phpstan analyse --no-progress; else echo "left out: PHPStan is not here"; fi
  if phpcs -i | grep -q WordPress; then
    phpcs --standard=phpcs-wordpress.xml
  else
    echo "left out: the WordPress Coding Standards are not here"
  fi
)
