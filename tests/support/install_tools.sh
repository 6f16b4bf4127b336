#!/usr/bin/env bash
# What the tests need besides Python: Chromium (with its French), Mosquitto, a C++ compiler. PostgreSQL comes from the
# system or a wheel.
set -euo pipefail
missing=()
command -v chromium >/dev/null || missing+=(chromium chromium-l10n)
command -v mosquitto >/dev/null || [ -x /usr/sbin/mosquitto ] || missing+=(mosquitto)
command -v g++ >/dev/null || command -v clang++ >/dev/null || missing+=(g++)
[ ${#missing[@]} -eq 0 ] && exit 0
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then as_root=(sudo); else
    echo "The tests need: apt-get install ${missing[*]}"
    exit 1
  fi
fi
command -v apt-get >/dev/null || { echo "The tests need: ${missing[*]}"; exit 1; }
echo "Installing ${missing[*]}…"
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
