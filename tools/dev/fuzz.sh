#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# ./dev fuzz [SECONDS] [NAME…]: builds the fuzz targets with clang and runs each for so long, as
# many at a time as there are cores. What was learnt stays in build/fuzz/corpus/NAME/; inputs worth
# keeping for everybody are in tests/corpus/NAME/.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
source "$root/tools/dev/terminal.sh"
source "$root/tools/dev/build.sh"
cd "$root"

# fuzz_one SECONDS NAME
fuzz_one() {
  local name=$2 learnt=build/fuzz/corpus/$2 findings=build/fuzz/findings/$2
  local folders=("$learnt") log=build/fuzz/$2.log
  local program
  program=$(find build/fuzz -type f -name "$name" -perm -u+x | head -n 1)
  mkdir -p "$learnt" "$findings"
  [[ ! -d tests/corpus/$name ]] || folders+=("tests/corpus/$name")
  if in_fixed_memory "$program" -max_total_time="$1" -timeout=20 -rss_limit_mb=3000 \
    -print_final_stats=1 -artifact_prefix="$findings/" "${folders[@]}" >"$log" 2>&1 </dev/null; then
    printf '    %-28s %s runs\n' "$name" \
      "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")"
  else
    tail -n 40 "$log"
    printf '    %-28s found something: %s/\n' "$name" "$findings"
    return 1
  fi
}

if [[ ${1:-} == --one ]]; then
  fuzz_one "$2" "$3"
  exit
fi

seconds=60
if [[ ${1:-} =~ ^[0-9]+$ ]]; then
  seconds=$1
  shift
fi
mapfile -t known < <(find src sandbox tests -name '*_fuzz.cpp' -printf '%f\n' |
  sed 's/\.cpp$//' | sort)
names=("$@")
((${#names[@]} > 0)) || names=("${known[@]}")
for name in "${names[@]}"; do
  [[ " ${known[*]} " == *" $name "* ]] ||
    fail "there is no fuzz target \`$name\`; there are: ${known[*]}"
done
step "building ${#names[@]} fuzz targets"
build fuzz "${names[@]}"
step "fuzzing each for $seconds s"
status=0
printf '%s\n' "${names[@]}" |
  xargs -P "$(nproc)" -I{} bash "${BASH_SOURCE[0]}" --one "$seconds" {} |
  tee build/fuzz/summary || status=1
failed=$(grep -c 'found something' build/fuzz/summary || true)
if [[ -n ${WEIR_COUNT:-} ]]; then
  printf '%d %d\n' $((${#names[@]} - failed)) "$failed" >"$WEIR_COUNT"
fi
exit "$status"
