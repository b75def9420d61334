#!/usr/bin/env bash
# needs.sh WHAT…: makes sure that the programs which tests need are there.
# What is missing is installed by Debian's packages when that is allowed; else
# it says what to install. WHAT is chromium, node, firefox, webkit or qemu.
set -euo pipefail

# there WHAT: does it stand in the path, or where Debian puts it?
there() {
  case "$1" in
    chromium) command -v chromium || command -v chromium-browser || command -v google-chrome || command -v chrome ;;
    node) command -v node ;;
    firefox) command -v firefox || command -v firefox-esr ;;
    webkit) { command -v MiniBrowser || compgen -G '/usr/lib*/*/webkit2gtk-4.*/MiniBrowser'; } && command -v Xvfb ;;
    qemu) command -v qemu-aarch64 && command -v qemu-x86_64 ;;
  esac >/dev/null
}

# packages WHAT: the Debian packages that bring it.
packages() {
  case "$1" in
    chromium) echo chromium ;;
    node) echo nodejs ;;
    firefox) echo firefox-esr ;;
    webkit) echo libwebkit2gtk-4.1-0 xvfb ;;
    qemu) echo qemu-user ;;
    *) echo "needs.sh $1: want chromium, node, firefox, webkit or qemu" >&2; exit 2 ;;
  esac
}

missing=()
for what in "$@"; do
  names=$(packages "$what")
  # shellcheck disable=SC2206 # several packages, split on purpose
  there "$what" || missing+=($names)
done
if [ ${#missing[@]} = 0 ]; then exit 0; fi
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
  exit 0
fi
echo "The tests need $*. Install what is missing (Debian, as root: apt-get install ${missing[*]})." >&2
exit 1
