#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# ./dev package [--try]: build/weir_<version>_<architecture>.deb from build/release.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
source "$root/tools/dev/terminal.sh"
source "$root/tools/dev/build.sh"

build release weir
step "packing"
log=$root/build/package.log
(umask 022 && cd "$root/build/release" &&
  cpack -G DEB --config CPackConfig.cmake -B "$root/build/package" >"$log" 2>&1) || {
  tail -n 30 "$log" >&2
  fail "cpack failed; the whole log: build/package.log"
}
for file in "$root"/build/package/weir_*.deb; do
  mv -f "$file" "$root/build/"
  file=$root/build/$(basename "$file")
  note "built: build/$(basename "$file")"
  [[ ${1:-} != --try ]] || bash "$root/tools/dev/package_trial.sh" "$file"
done
