#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# ./dev demo: receipts from a stand-in of DingTalk YiDa into a private MariaDB, twice, with changes
# at the source in between. Everything lives in a temporary folder and ends with this script.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
source "$root/tools/dev/terminal.sh"
source "$root/tools/dev/build.sh"

folder=''
processes=()

clean_up() {
  local process
  trap - EXIT INT TERM
  for process in "${processes[@]}"; do
    kill "$process" 2>/dev/null || true
  done
  wait 2>/dev/null || true
  [[ -z $folder ]] || rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# until_true SECONDS COMMAND…: waits for the command to succeed.
until_true() {
  local tries=$(($1 * 10))
  shift
  until "$@"; do
    ((tries-- > 0)) || return 1
    sleep 0.1
  done
}

start_stand_in() {
  setpriv --pdeathsig TERM "$root/build/release/weir" sandbox dingtalk --port 0 \
    --records 3000 --seed 7 >"$folder/stand-in.out" 2>"$folder/stand-in.err" </dev/null &
  processes+=($!)
  until_true 30 grep -q http "$folder/stand-in.out" ||
    fail "the stand-in did not start: $(cat "$folder/stand-in.err")"
  stand_in=$(grep -oEm1 'http://[^ ]+' "$folder/stand-in.out")
  stand_in=${stand_in%/}
  note "the stand-in of DingTalk YiDa, 3,000 receipts: $stand_in"
}

start_database() {
  bash "$root/tools/private_mariadb.sh" run "$folder/db" >"$folder/db.out" 2>&1 </dev/null &
  processes+=($!)
  socket=$folder/db/socket
  until_true 60 mariadb-admin --no-defaults --user=root --socket="$socket" --silent ping \
    >/dev/null 2>&1 ||
    fail "MariaDB did not start: $(tail -qn 12 "$folder"/db.out "$folder"/db/*.log 2>/dev/null)"
  sql 'CREATE DATABASE hongchao'
  sql <"$root/examples/receipts/schema.sql"
  note "a private MariaDB, nothing in it but two empty tables: $socket"
}

# sql [STATEMENT]: as a table for people; without a statement, from stdin.
sql() {
  local database=()
  [[ ${1:-} == CREATE\ DATABASE* ]] || database=(hongchao)
  mariadb --no-defaults --user=root --socket="$socket" --default-character-set=utf8mb4 --table \
    "${database[@]}" ${1+--execute="$1"}
}

make_workspace() {
  cp -R "$root/examples/receipts" "$folder/receipts"
  cd "$folder/receipts"
  cat >connections/dingtalk.yaml <<YAML
connector: dingtalk
base_url: $stand_in
app_key: \${env:DINGTALK_APP_KEY}
app_secret: \${env:DINGTALK_APP_SECRET}
YAML
  cat >connections/mysql.yaml <<YAML
connector: mysql
socket: $socket
user: root
database: hongchao
YAML
  export DINGTALK_APP_KEY=demo DINGTALK_APP_SECRET=demo YIDA_SYSTEM_TOKEN=demo
  find . -type f ! -name README.md | sort | sed 's/^\.\//    /'
}

# weir ARGUMENT…: shows the command line, then runs it. Failed records (exit 1) are no end.
weir() {
  local status=0
  printf '%s$ weir %s%s\n' "$dim" "$*" "$plain"
  "$root/build/release/weir" "$@" </dev/null || status=$?
  ((status <= 1)) || fail "weir $1 ended with exit code $status"
}

# at_the_source WHAT JSON: asks the stand-in's control address; $touched are the receipts' ids.
at_the_source() {
  local answer
  answer=$(curl -fsS --max-time 30 -H 'Content-Type: application/json' -d "$2" \
    "$stand_in/_sandbox/$1") || fail "the stand-in refused \`$1\`"
  mapfile -t touched < <(grep -oE '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}' <<<"$answer")
  ((${#touched[@]} > 0)) || fail "the stand-in changed nothing: $answer"
}

change_the_source() {
  at_the_source change '{"count": 3, "status": "COMPLETED"}'
  corrected=${touched[0]}
  note "corrected ${#touched[@]} receipts that had been delivered"
  at_the_source approve '{"count": 4}'
  note "approved ${#touched[@]} that were still under way"
  at_the_source add '{"count": 5, "status": "COMPLETED"}'
  note "added ${#touched[@]}"
}

# How many receipts the stand-in itself calls completed.
completed_there() {
  curl -fsS --max-time 30 "$stand_in/_sandbox/stats" | grep -oE '"COMPLETED": *[0-9]+' |
    grep -oE '[0-9]+'
}

# The whole point, checked: each completed receipt is there, and once.
hold_against_the_source() {
  local rows distinct completed
  completed=$(completed_there)
  read -r rows distinct < <(sql 'SELECT COUNT(*), COUNT(DISTINCT extend_processInstanceId)
    FROM hc_dd_skd' | tr -d '|' | sed -n 4p)
  [[ $rows == "$completed" && $distinct == "$completed" ]] ||
    fail "hc_dd_skd has $rows rows of $distinct receipts; the source has $completed completed ones"
  note "${green}the source has $completed completed receipts, and the table each of them once$plain"
}

show_tables() {
  note 'hc_dd_skd, a plain INSERT into a table without any key:'
  sql 'SELECT COUNT(*) AS `rows`, COUNT(DISTINCT extend_processInstanceId) AS receipts,
         SUM(sales_count) AS amount FROM hc_dd_skd;
       SELECT extend_processInstanceId, order_no_new, datetime_new, sales_count, Document_Type
         FROM hc_dd_skd ORDER BY order_no_new DESC LIMIT 5'
  note 'hc_dd_skd_current, each receipt as it is now:'
  sql 'SELECT state, COUNT(*) AS receipts, SUM(amount) AS amount FROM hc_dd_skd_current
         GROUP BY state;
       SELECT id, order_no, received_on, amount, state FROM hc_dd_skd_current
         ORDER BY order_no DESC LIMIT 5'
  hold_against_the_source
}

what_next() {
  cat <<TEXT
All of this is gone now: the stand-in, the database and the workspace. To go on by yourself:

  ./dev build; export PATH="$root/build/release:\$PATH"
  weir sandbox dingtalk --help     the stand-in: faults, limits and changes on demand
  weir init my-receipts            a workspace of your own; the README takes it from there
  ./dev test crash                 kill -9 at every step, and each receipt is there once
TEXT
}

step 'building'
build release weir
step 'starting two systems'
folder=$(mktemp -d "${TMPDIR:-/tmp}/weir-demo.XXXXXX")
chmod 711 "$folder"  # the database may run as another user
start_stand_in
start_database
step 'a workspace with both pipelines'
make_workspace
weir check
step 'the first run: everything'
weir run receipts receipts_current
step 'at the source'
change_the_source
step 'the second run: what is new or changed'
weir run receipts receipts_current
step 'what the tables hold'
show_tables
step 'the history of runs'
weir runs
step "what became of one receipt that was corrected"
weir record receipts_current "$corrected" | LC_ALL=C.UTF-8 sed -E 's/^(.{160}).+/\1…/'
note '(long lines are cut here, not by weir)'
step 'done'
what_next
