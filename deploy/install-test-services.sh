#!/usr/bin/env bash
# Installs the PostgreSQL, RabbitMQ, git, browser and promtool the tests use when they are missing; does and says nothing otherwise.
# The tests start servers of their own from these programs, so the packages' services are left stopped.
set -euo pipefail

missing=()
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || missing+=(postgresql)
compgen -G '/usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server' >/dev/null || missing+=(rabbitmq-server)
command -v git >/dev/null || missing+=(git)
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || missing+=(chromium)
command -v promtool >/dev/null || missing+=(prometheus)
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! sudo -n true 2>/dev/null; then
    echo "The tests need packages that are not installed. Run as root: apt-get install ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi
if ! command -v apt-get >/dev/null; then
  echo "The tests need ${missing[*]} (Debian's names); install them with this system's package manager." >&2
  exit 1
fi

policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
  "${as_root[@]}" chmod 755 "$policy"
  trap '"${as_root[@]}" rm -f "$policy"' EXIT
fi

echo "Installing ${missing[*]} for the tests"
install() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends -o Dpkg::Use-Pty=0 "${missing[@]}" >/dev/null 2>&1
}
install || { "${as_root[@]}" apt-get update -qq && install; } || {
  echo "apt-get could not install ${missing[*]}; its own words:" >&2
  "${as_root[@]}" apt-get install -y --no-install-recommends "${missing[@]}" >&2 || exit 1
}
if [ -d /run/systemd/system ]; then
  for service in "${missing[@]}"; do
    "${as_root[@]}" systemctl disable --quiet "$service" 2>/dev/null || true
  done
fi
