# SPDX-License-Identifier: Apache-2.0
# Installs what a command needs and the machine lacks; silent and instant when nothing is missing.
# Sourced by ./dev after terminal.sh, with $root set.

# setup build|demo|test|bench
setup() {
  local wanted missing
  case $1 in
    build) wanted=build ;;
    demo) wanted='build|demo' ;;
    test) wanted='build|demo|test' ;;
    bench) wanted='build|demo|test|bench' ;;
  esac
  mapfile -t wanted < <(sed -nE "s/^([a-z0-9.+-]+) +($wanted)\$/\\1/p" "$root/tools/packages.txt")
  if [[ $1 == test || $1 == bench ]]; then
    command -v node >/dev/null || wanted+=(nodejs)
    command -v npm >/dev/null || wanted+=(npm)
  fi
  command -v dpkg-query >/dev/null || fail "this machine has no dpkg: Weir is built on Debian 12." \
    "Install the equivalents of: ${wanted[*]}"
  mapfile -t missing < <(missing_packages "${wanted[@]}")
  if ((${#missing[@]} > 0)); then
    install_packages "${missing[@]}"
  fi
  case $1 in
    test) install_node_modules tests/sdk ;;  # the vendor's own SDK, to drive the stand-in with
    bench) install_node_modules bench/rivals ;;
  esac
}

# installed PACKAGE…: those of them that are there.
installed() {
  { dpkg-query -W -f='${db:Status-Abbrev}${Package}\n' "$@" 2>/dev/null || true; } |
    sed -n 's/^ii  *//p' | sort -u
}

missing_packages() {
  comm -13 <(installed "$@") <(printf '%s\n' "$@" | sort -u)
}

install_packages() {
  refuse_conflicts "$@"
  step "installing ${#} packages: $*"
  local as_root=()
  if ((EUID != 0)); then
    command -v sudo >/dev/null ||
      fail "packages are missing, this user is not root and there is no sudo; as root:" \
        "apt-get install --no-install-recommends $*"
    as_root=(sudo)
  fi
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive bash -s -- "$@" <<'ROOT' || exit 1
set -euo pipefail
guard=/usr/sbin/policy-rc.d
guarded=''
log=$(mktemp)
restore() {
  rm -f "$log"
  if [[ -n $guarded ]]; then
    rm -f "$guard"
    [[ ! -e $guard.weir-saved ]] || mv "$guard.weir-saved" "$guard"
  fi
}
# No package may start a service: invoke-rc.d and deb-systemd-invoke ask this script first.
forbids_start() {
  local status=0
  [[ -x $guard ]] && { "$guard" mariadb start >/dev/null 2>&1 || status=$?; }
  ((status == 101))
}
trap restore EXIT
if ! forbids_start; then
  guarded=yes
  [[ ! -e $guard ]] || mv "$guard" "$guard.weir-saved"
  printf '#!/bin/sh\nexit 101\n' >"$guard"
  chmod 755 "$guard"
fi
get() {
  apt-get -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=120 -qq "$@" </dev/null >"$log" 2>&1
}
fetch_and_install() { get install -y --no-install-recommends "$@"; }
# There may be no package lists yet, or they may be older than the mirror.
if ! get install -s --no-install-recommends "$@" || ! fetch_and_install "$@"; then
  get update && fetch_and_install "$@" || {
    tail -n 30 "$log" >&2
    exit 1
  }
fi
ROOT
}

refuse_conflicts() {
  [[ " $* " == *" libboost1.81-dev "* ]] || return 0
  [[ -z $(installed libboost1.74-dev) ]] ||
    fail "libboost1.74-dev is installed and cannot stand beside libboost1.81-dev, which Weir" \
      "needs. Remove it (apt-get remove libboost1.74-dev) or build in a container."
}

install_node_modules() {
  local folder=$root/$1
  if ! cmp -s "$folder/package-lock.json" "$folder/node_modules/.installed-from"; then
    step "installing the npm packages of $1"
    (cd "$folder" && npm ci --no-audit --no-fund --loglevel=error </dev/null) ||
      fail "npm ci failed in $1"
    cp "$folder/package-lock.json" "$folder/node_modules/.installed-from"
  fi
}
