#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# ./dev package --try: the package in a fresh Debian 12 of its own: installed with what it needs,
# used as the service's user, installed again over a workspace, started by systemd, purged. As root;
# needs the network.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
source "$root/tools/dev/terminal.sh"

((EUID == 0)) || fail "a fresh Debian is made by root; run this with sudo"
package=$1
trial=$(mktemp -d /var/tmp/weir-trial.XXXXXX)
trap 'rm -rf "$trial"' EXIT
chmod 755 "$trial"

step "making a fresh Debian 12 in $trial"
debootstrap --variant=minbase bookworm "$trial" >"$root/build/debootstrap.log" 2>&1 ||
  fail "debootstrap failed; see build/debootstrap.log"
cp "$package" "$trial/root/weir.deb"
cp /etc/resolv.conf "$trial/etc/resolv.conf"
cat >"$trial/root/install.sh" <<'TRY'
set -eu
export DEBIAN_FRONTEND=noninteractive
fail() {
  echo "FAILED: $*" >&2
  exit 1
}
apt-get -qq update
apt-get -qq install -y --no-install-recommends /root/weir.deb systemd >/root/apt.log 2>&1 || {
  tail -n 20 /root/apt.log >&2
  fail "it does not install"
}
as_weir() { runuser -u weir -- "$@"; }
[ "$(stat -c %U:%a /var/lib/weir)" = weir:750 ] || fail "/var/lib/weir has other rights"
as_weir weir check --offline --workspace /var/lib/weir
echo value | as_weir weir secret set TRIAL --workspace /var/lib/weir
as_weir weir backup /tmp/trial.weir --workspace /var/lib/weir
systemd-analyze verify --man=no /usr/lib/systemd/system/weir.service
[ -e /etc/systemd/system/multi-user.target.wants/weir.service ] || fail "it is not enabled"
echo 'timezone: UTC' >/var/lib/weir/weir.yaml
dpkg -i /root/weir.deb >/dev/null
[ "$(cat /var/lib/weir/weir.yaml)" = 'timezone: UTC' ] || fail "the workspace was overwritten"
weir restore /tmp/trial.weir --workspace /var/lib/weir
[ "$(stat -c %U:%a /var/lib/weir)" = weir:750 ] || fail "restored by root it has other rights"
as_weir weir secret list --workspace /var/lib/weir | grep -qx TRIAL || fail "the secret is gone"
TRY
cat >"$trial/root/start.sh" <<'TRY'
set -u
ready() {
  exec 3<>/dev/tcp/127.0.0.1/8787 || return
  printf 'GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
  grep -q '^HTTP/1.1 200' <&3
}
for _ in $(seq 600); do
  (ready) 2>/dev/null && break
  sleep 0.1
done
{
  (ready) && echo ready
  systemctl reload weir && echo reloaded
  systemctl stop weir && systemctl show -p Result weir
} >/root/started 2>&1
journalctl -u weir --no-pager >/root/weir.log
systemctl poweroff
TRY
cat >"$trial/etc/systemd/system/trial.service" <<'UNIT'
[Service]
ExecStart=/bin/bash /root/start.sh
UNIT
cat >"$trial/root/remove.sh" <<'TRY'
set -eu
fail() {
  echo "FAILED: $*" >&2
  exit 1
}
dpkg -P weir
[ -e /var/lib/weir/weir.yaml ] || fail "the workspace is gone"
[ ! -e /usr/bin/weir ] || fail "the program is still there"
TRY
inside() {
  unshare --mount bash -c 'mount -t proc proc "$0/proc" && mount --bind /dev "$0/dev" &&
    exec chroot "$0" bash "$1"' "$trial" "/root/$1" ||
    fail "the package does not do in a fresh Debian 12"
}
step "installing $(basename "$package") there"
inside install.sh
step "starting that Debian, and the service with it"
wants=$trial/etc/systemd/system/multi-user.target.wants
ln -s ../trial.service "$wants/trial.service"
timeout 180 systemd-nspawn -D "$trial" --boot --register=no --keep-unit --private-network \
  >"$root/build/trial-boot.log" 2>&1 || fail "it does not start; see build/trial-boot.log"
diff - "$trial/root/started" <<<$'ready\nreloaded\nResult=success' || {
  cat "$trial/root/weir.log" >&2
  fail "the service does not do what its unit promises"
}
inside remove.sh
note "it installs, works, starts, stays and goes"
