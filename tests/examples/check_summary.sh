#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# check_summary.sh FILE: the quick start's summary has its six rows, and SimCLR learned something that a random encoder lacks.
set -euo pipefail
fail() { echo "check_summary.sh: $*" >&2 && cat "$file" >&2 && exit 1; }
file=$1
number='(null|-?[0-9.]+)'
for encoder in random simclr scratch_10 scratch_1 sup_con cross_entropy; do
  line=$(grep "\"encoder\": \"$encoder\"" "$file") || fail "no row $encoder"
  [ "$(wc -l <<<"$line")" = 1 ] || fail "more than one row $encoder"
  for key in labels_seen end_to_end linear_100 linear_10 linear_1 knn_100 knn_10 knn_1 seconds views_per_second; do
    grep -qE "\"$key\": $number[,}]" <<<"$line" || fail "row $encoder has no $key"
  done
done
figure() { sed -nE "s/.*\"encoder\": \"$1\".*\"$2\": ([0-9.]+).*/\1/p" "$file"; }
above() { awk -v a="$(figure "$1" "$3")" -v b="$(figure "$2" "$3")" -v by="$4" 'BEGIN { exit !(a > b + by) }' || fail "$3 of $1 is not above that of $2 by $4"; }
above simclr random knn_100 2
above simclr random linear_1 2
above sup_con random knn_100 4
echo "the summary has its rows; SimCLR's neighbors agree for $(figure simclr knn_100) %, a random encoder's for $(figure random knn_100) %"
