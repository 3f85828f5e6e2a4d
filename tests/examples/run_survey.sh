#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# run_survey.sh PROGRAM FOLDER METHODS…: the survey with these methods for one epoch of few images: its table, its page in a
# browser, what it says of a wrong name; and that a survey which is run again goes on with what it has.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=$1 folder=$2
shift 2
fail() { echo "run_survey.sh: $*" >&2 && exit 1; }
rm -rf "$folder" && mkdir -p "$folder" && cd "$folder"

survey() { "$program" --images 64 --batch 16 --threads 2 --epochs "${epochs:-1}" "$@"; }
code=0
said=$(survey --methods simclr,simclear 2>&1) || code=$?
[ $code = 2 ] && [[ $said == *"there is no method 'simclear'; choose some of random, "* ]] || fail "of a wrong name it says: $said"

for word in nan -1 0x10 1e9; do
  code=0
  said=$(survey --minutes "$word" 2>&1) || code=$?
  [ $code != 0 ] && [[ $said == *"expected minutes, from 0.1 to 1000000; found $word"* ]] || fail "of --minutes $word it says: $said"
done

survey --methods simclr --json first.json >/dev/null 2>&1 || fail "SimCLR alone ended with $?"
loss() { sed -nE "s/.*\"method\": \"simclr\".*\"loss\": \[([^]]*)\].*/\1/p" "$1"; }
survey >log 2>&1 || { cat log && fail "it ended with $?"; }
[ -n "$(loss first.json)" ] && [ "$(loss first.json)" = "$(loss survey.json)" ] || fail "SimCLR did not go on: $(loss first.json), $(loss survey.json)"
for method in "$@"; do
  line=$(grep "\"method\": \"$method\"" survey.json) || fail "no row $method"
  grep -qE '"linear_100": \[[0-9.]+\].*"knn": \[[0-9.]+\]' <<<"$line" || fail "row $method has no figures: $line"
done
grep -qE '"method": "simclr".*"verdict": "(learning|not learning|collapsed)"' survey.json || fail "SimCLR has no verdict"
[ "$(grep -o 'alt="SimCLR: painted"' survey.html | wc -l)" = 12 ] || fail "what SimCLR's encoder sees is not on the page"
code=0
said=$(epochs=2 survey --methods simclr 2>&1) || code=$?
[ $code = 2 ] && [[ $said == *"'survey-run/simclr-1.plan' is of a training of 1 epochs; take it away"* ]] || fail "of other epochs it says: $said"
code=0
"$here/open_report.sh" survey.html survey.png 7 2>browser.log || code=$?
[ $code = 0 ] || [ $code = 77 ] || fail "the page in Chromium"
echo "the survey has its rows: $*"
