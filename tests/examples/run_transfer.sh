#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# run_transfer.sh PROGRAM FOLDER: the transfer between clothes with few images and steps: its rows, that a training that was
# interrupted goes on to the same figures, that another recipe is no going on, and what it says of options that mean nothing.
set -euo pipefail
program=$1 folder=$2
fail() { echo "run_transfer.sh: $*" >&2 && exit 1; }
rm -rf "$folder" && mkdir -p "$folder" && cd "$folder"

refused() {    # refused SENTENCE OPTIONS…
  local sentence=$1 said
  shift
  said=$("$program" "$@" 2>&1) && fail "it takes $*"
  [[ $said == *"$sentence"* ]] || fail "of $* it says: $said"
}
refused "expected a whole number from 1 to 1000000; found -3" --epochs -3
refused "a seed is a whole number from 0 to 18446744073709551615; found -1" --seed -1
refused "expected a share from 0 to below 1; found 1" --head-alone 1
refused "expected a number above 0, 10 at most; found 0" --encoder-rate 0
refused "leaves a class with one label" --images 1000 --folder few

transfer() { "$program" --images 2000 --epochs 1 --steps 4 --batch 50 "$@"; }
transfer --threads 2 --json straight.json >log 2>&1 || { cat log && fail "it ended with $?"; }
for row in random simclr sup_con cross_entropy; do
  grep -qE "\"encoder\":\"$row\",\"seed\":1,\"linear_100\":[0-9.]+,\"linear_10\":[0-9.]+,\"linear_1\":[0-9.]+" straight.json ||
    fail "row $row has no figures: $(grep "$row" straight.json)"
done
grep -q '"encoder":"full".*"fine_tuned_100":[0-9.]*,"fine_tuned_10":null' straight.json || fail "full supervision has no figures"
awk -F'[:,]' '/"encoder":"random"/ { exit !($6 > 60) }' straight.json || fail "five classes are read by a random encoder: $(head -1 straight.json)"

mkdir stopped && cp transfer-run/*.row transfer-run/recipe stopped && rm stopped/simclr-1.row    # one row is trained again
code=0
timeout --signal INT 2 "$program" --images 2000 --epochs 1 --steps 4 --batch 50 --threads 2 --folder stopped --json stopped.json \
  >log 2>&1 || code=$?
[ $code = 0 ] || [ $code = 1 ] || [ $code = 124 ] || { cat log && fail "interrupted, it ended with $code"; }
transfer --threads 1 --folder stopped --json stopped.json >log 2>&1 || { cat log && fail "going on, it ended with $?"; }
cmp straight.json stopped.json || fail "what was interrupted has other figures"
refused "take its folder away, or choose another --folder" --images 2000 --epochs 2 --steps 4 --batch 50 --folder stopped
echo "the transfer has its rows, and goes on"
