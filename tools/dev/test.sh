#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# ./dev test: runs the stages one after the other, each with its log and time.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
source "$root/tools/dev/terminal.sh"

all=(format style asan tsan release unit conformance golden simulation e2e crash sdk fuzz)
logs=$root/build/test-logs
passed=0
failed=0

# Each stage leaves "PASSED FAILED" in its .count file; one that died without is one failure.
add_count() {
  local stage_passed=0 stage_failed=0
  if [[ -s $logs/$1.count ]]; then
    read -r stage_passed stage_failed <"$logs/$1.count"
  fi
  if [[ $2 != 0 && $stage_failed == 0 ]]; then
    stage_failed=1
  fi
  passed=$((passed + stage_passed))
  failed=$((failed + stage_failed))
  counted="$stage_passed passed, $stage_failed failed"
}

run_stage() {
  local name=$1 start=$SECONDS status=0 counted
  step "$name"
  : >"$logs/$name.count"
  bash "$root/tools/dev/stage.sh" "$name" >"$logs/$name.log" 2>&1 </dev/null || status=$?
  add_count "$name" "$status"
  if ((status != 0)); then
    tail -n 60 "$logs/$name.log"
    if [[ -s $logs/$name.xml ]]; then
      python3 "$root/tools/dev/test_results.py" --failures "$logs/$name.xml"
    fi
    printf '%s%s failed%s after %d s (%s); the whole log: build/test-logs/%s.log\n' \
      "$red" "$name" "$plain" $((SECONDS - start)) "$counted" "$name"
    return 1
  fi
  note "${green}ok${plain} in $((SECONDS - start)) s ($counted)"
}

stages=("$@")
((${#stages[@]} > 0)) || stages=("${all[@]}")
for name in "${stages[@]}"; do
  [[ " ${all[*]} " == *" $name "* ]] || fail "there is no stage \`$name\`; there are: ${all[*]}"
done
mkdir -p "$logs"
status=0
for name in "${stages[@]}"; do
  run_stage "$name" || {
    status=1
    break
  }
done
note "$SECONDS s in all"
printf '%d passed, %d failed\n' "$passed" "$failed"
exit "$status"
