#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# fuzz.sh PROGRAM CORPUS FOLDER: runs a fuzzer for CONTRASTIVE_FUZZ_SECONDS (600) with the files of CORPUS and with what earlier
# runs have found in FOLDER, where an input that breaks a promise is left too.
set -euo pipefail
program=$1 corpus=$2 folder=$3
mkdir -p "$folder/inputs"
"$program" -max_total_time="${CONTRASTIVE_FUZZ_SECONDS:-600}" -max_len=4096 -len_control=0 -timeout=20 -rss_limit_mb=2048 \
  -print_final_stats=1 -verbosity=0 -artifact_prefix="$folder/" "$folder/inputs" "$corpus"
