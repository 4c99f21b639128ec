# SPDX-License-Identifier: Apache-2.0
# What ./dev says to a person: colour on a terminal, plain lines elsewhere. Sourced, never run.

if [[ -t 1 && -z ${NO_COLOR:-} ]]; then
  bold=$'\e[1m' dim=$'\e[2m' red=$'\e[31m' green=$'\e[32m' plain=$'\e[0m'
else
  bold='' dim='' red='' green='' plain=''
fi

step() { printf '%s==> %s%s\n' "$bold" "$*" "$plain"; }
note() { printf '    %s\n' "$*"; }
fail() {
  printf '%serror:%s %s\n' "$red" "$plain" "$*" >&2
  exit 1
}

# git, also where the checkout belongs to another user than the one who builds.
own_git() { git -c safe.directory="$root" "$@"; }
