#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A MariaDB of one's own: data folder and socket below DIR, no network unless a port is asked for,
# no system service, no configuration file read. Used by tests, demo and benchmarks.
#
#   private_mariadb.sh start DIR [--port P] [--tls] [SERVER OPTION…]   prints the socket's path
#   private_mariadb.sh run   DIR [--port P] [--tls] [SERVER OPTION…]   in the foreground; ends with
#                                                                      the process that started it
#   private_mariadb.sh stop  DIR
#
# The account is root without password. `--tls` makes a self-signed authority and a certificate for
# localhost and 127.0.0.1 below DIR/tls. Started as root, the server runs as `mysql` or `nobody`.
set -euo pipefail

die() { echo "private_mariadb: $*" >&2; exit 1; }

find_program() {
  local path
  path=$(PATH="$PATH:/usr/sbin:/usr/local/sbin" command -v "$1") || die "$1 is not installed"
  echo "$path"
}

make_certificates() {
  local tls=$dir/tls
  [ -f "$tls/server.pem" ] && return
  mkdir -p "$tls"
  {
    openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj "/CN=weir test authority" \
      -keyout "$tls/ca.key" -out "$tls/ca.pem"
    openssl req -newkey rsa:2048 -nodes -subj "/CN=localhost" \
      -keyout "$tls/server.key" -out "$tls/server.csr"
    openssl x509 -req -in "$tls/server.csr" -CA "$tls/ca.pem" -CAkey "$tls/ca.key" \
      -CAcreateserial -days 3650 -out "$tls/server.pem" \
      -extfile <(echo "subjectAltName=DNS:localhost,IP:127.0.0.1")
  } >"$tls/openssl.log" 2>&1 || die "openssl failed; see $tls/openssl.log"
}

# Native AIO is off: the kernel has room for the queues of a few servers only (fs.aio-max-nr).
prepare() {
  mkdir -p "$dir"
  [ ${#socket} -lt 108 ] || die "$socket is too long for a socket; choose a shorter folder"
  if [ "$tls" = 1 ]; then
    make_certificates
    options+=("--ssl-ca=$dir/tls/ca.pem" "--ssl-cert=$dir/tls/server.pem"
              "--ssl-key=$dir/tls/server.key")
  fi
  as_user=()
  if [ "$(id -u)" = 0 ]; then
    local user=nobody
    if id mysql >/dev/null 2>&1; then user=mysql; fi
    chown -R "$user" "$dir"
    as_user=(setpriv "--reuid=$user" "--regid=$(id -g "$user")" --clear-groups)
    "${as_user[@]}" test -w "$dir" || die "user $user cannot reach $dir; choose another folder"
  fi
  if [ ! -d "$dir/data/mysql" ]; then
    rm -rf "$dir/data"
    # A server that starts sweeps its temporary folder, also of what another one is using there.
    (cd / && TMPDIR=$dir "${as_user[@]}" "$(find_program mariadb-install-db)" --no-defaults \
      "--datadir=$dir/data" --auth-root-authentication-method=normal --skip-test-db --force \
      --innodb-log-file-size=16M --innodb-use-native-aio=0 >"$dir/install.log" 2>&1) ||
      die "mariadb-install-db failed; see $dir/install.log"
  fi
  server=("$(find_program mariadbd)" --no-defaults "--datadir=$dir/data" "--socket=$socket"
          "--pid-file=$dir/pid" "--log-error=$dir/server.log" "--tmpdir=$dir/data"
          --innodb-buffer-pool-size=64M --innodb-log-file-size=16M --innodb-use-native-aio=0
          --skip-name-resolve
          --character-set-server=utf8mb4 "${options[@]}")
}

start() {
  prepare
  (cd / && exec setsid "${as_user[@]}" "${server[@]}" </dev/null >>"$dir/server.log" 2>&1) &
  local process=$! admin
  admin=$(find_program mariadb-admin)
  for _ in $(seq 600); do
    if "$admin" --no-defaults --user=root "--socket=$socket" ping >/dev/null 2>&1; then
      echo "$socket"
      return
    fi
    kill -0 "$process" 2>/dev/null || die "the server ended; see $dir/server.log"
    sleep 0.1
  done
  die "the server did not answer within a minute; see $dir/server.log"
}

stop() {
  local process
  process=$(cat "$dir/pid" 2>/dev/null) || return 0
  kill "$process" 2>/dev/null || return 0
  for _ in $(seq 300); do
    kill -0 "$process" 2>/dev/null || return 0
    sleep 0.1
  done
  kill -9 "$process" 2>/dev/null || true
}

[ $# -ge 2 ] || { sed -n '2,13s/^# \{0,1\}//p' "$0" >&2; exit 2; }
command=$1
mkdir -p "$2"
dir=$(cd "$2" && pwd)
shift 2
socket=$dir/socket
tls=0
port=
options=()
while [ $# -gt 0 ]; do
  case $1 in
    --port) port=$2; shift 2 ;;
    --tls) tls=1; shift ;;
    *) options+=("$1"); shift ;;
  esac
done
if [ -n "$port" ]; then
  options+=("--port=$port" --bind-address=127.0.0.1)
else
  options+=(--skip-networking)
fi

case $command in
  start) start ;;
  stop) stop ;;
  run)
    prepare
    cd /
    if [ ${#as_user[@]} -gt 0 ]; then
      exec "${as_user[@]}" --pdeathsig TERM "${server[@]}" 2>>"$dir/server.log"
    fi
    exec setpriv --pdeathsig TERM "${server[@]}" 2>>"$dir/server.log"
    ;;
  *) die "unknown command $command" ;;
esac
