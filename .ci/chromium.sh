#!/usr/bin/env bash
# Makes sure that there is a Chromium for the browser tests: installs Debian's
# package when it may, else says what to install.
set -euo pipefail
for name in chromium chromium-browser google-chrome chrome; do
  if command -v "$name" >/dev/null; then exit 0; fi
done
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium
  exit 0
fi
echo "The browser tests need Chromium in the path: install it (Debian, as root: apt-get install chromium)." >&2
exit 1
