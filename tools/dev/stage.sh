#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# One stage of ./dev test, by name. Writes "PASSED FAILED" to build/test-logs/<stage>.count.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
source "$root/tools/dev/terminal.sh"
source "$root/tools/dev/build.sh"
cd "$root"

stage=$1
logs=$root/build/test-logs
rm -f "$logs/$stage.xml"
export PYTHONDONTWRITEBYTECODE=1  # the tree stays clean
export UBSAN_OPTIONS=print_stacktrace=1
export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1

# The parts in which several threads meet; the thread sanitizer costs too much for the rest.
threaded=(core net source sink journal_sqlite pipeline alert)

count() { printf '%d %d\n' "$1" "$2" >"$logs/$stage.count"; }

# run_tests PRESET CTEST-OPTION…: runs, counts, and fails if anything did or nothing was there.
run_tests() {
  local status=0 junit=$logs/$stage.xml
  in_fixed_memory ctest --test-dir "build/$1" "${@:2}" --output-on-failure --no-tests=error \
    --test-output-size-passed 10000000 --test-output-size-failed 10000000 \
    --output-junit "$junit" || status=$?
  python3 tools/dev/test_results.py "$junit" >"$logs/$stage.count"
  return "$status"
}

format() {
  own_git ls-files -z -- '*.h' '*.cpp' | xargs -0 -r ls -d 2>/dev/null |
    xargs -r clang-format --dry-run -Werror
  count 1 0
}

style() {
  python3 tools/tidy_test.py
  python3 tools/tidy.py
  count "$(($(grep -c '^    def test_' tools/tidy_test.py) + 1))" 0
}

asan() {
  configure asan
  mapfile -t programs < <(targets asan _test)
  build asan "${programs[@]}"
  run_tests asan -L '^unit$' -j "$(nproc)"
}

tsan() {
  local part programs=() pattern=''
  configure tsan
  for part in "${threaded[@]}"; do
    programs+=("weir_${part}_test")
    pattern+="|$part"
  done
  build tsan "${programs[@]}"
  run_tests tsan -R "^unit\.(${pattern#|})\$" -j "$(nproc)"
}

# Also sees to it that no test is left out: each label is a stage of its own.
release() {
  local label
  build release
  for label in $(ctest --test-dir build/release --print-labels | sed -n 's/^  //p'); do
    grep -qE "^all=\(.*\b$label\b" tools/dev/test.sh ||
      fail "the tests labelled \`$label\` belong to no stage; name it in tools/dev/test.sh"
  done
  count 1 0
}

# Stages that run the release build's tests of one label.
labelled() {
  build release >/dev/null
  run_tests release -L "^$stage\$" -j "${1:-1}"
}

# All of their work: under the sanitizers, tests that count do a tenth of it.
unit() { labelled "$(nproc)"; }

# Much of it waits for time to pass. The programs that must be alone are marked as such.
e2e() { labelled "$(nproc)"; }

fuzz() { WEIR_COUNT=$logs/$stage.count bash tools/dev/fuzz.sh 10; }

case $stage in
  format | style | asan | tsan | release | unit | e2e | fuzz) "$stage" ;;
  *) labelled ;;
esac
