#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# run_what_a_layer_sees.sh PROGRAM FOLDER: one short epoch and few steps; its page in a browser; that a second call paints from
# what was learned, bit for bit; what it says of wrong options.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=$1 folder=$2
fail() { echo "run_what_a_layer_sees.sh: $*" >&2 && exit 1; }
rm -rf "$folder" && mkdir -p "$folder" && cd "$folder"

few=(--images 100 --epochs 1 --units 2 --steps 3 --starts 1 --run learned)
refused() { # refused SENTENCE OPTIONS…
  local sentence=$1 said code=0
  shift
  said=$("$program" "$@" 2>&1) || code=$?
  [ $code != 0 ] && [[ $said == *"$sentence"* ]] || fail "of $* it says: $said"
}
refused "expected a whole number from 1 to 1000000; found 0" --epochs 0
refused "17 not in range" --units 17
refused "--smooth: Value -1 not in range" --smooth -1

"$program" "${few[@]}" --threads 2 --page page.html >said 2>log || { cat log && fail "it ended with $?"; }
grep -q "of 10 images excite their unit more than any training image" said || { cat said && fail "a line is missing"; }
"$program" "${few[@]}" --page again.html --threads 1 >/dev/null 2>&1 || fail "painting again ended with $?"
cmp page.html again.html || fail "the same seed painted another page"
"$here/open_report.sh" page.html page.png 20 '<figure'
