#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# compile_report.sh LOG [--again]: user seconds and peak MB of the umbrella, of first_light per backend, of tests/compile and of
# the five slowest test units, from what measure_compile.sh wrote. Fails where a unit took more than 40 s or 1.5 GB. The seconds
# are those of a machine that compiles a unit which nobody here writes, Catch2's main with g++ 12 -O0, in 8 s; on a slower or
# busier one the limit grows with that unit's own seconds.
#   --again  a unit over the limit is judged by a second compilation, alone and right after Catch2's main: in a build that
#            shares its cores, user seconds of equal work differ by a half
set -euo pipefail
log=$1
again=${2:-}
limit_seconds=40
limit_megabytes=1536

if [ ! -s "$log" ]; then
  echo "nothing was compiled: every unit came from the compiler cache"
  exit 0
fi

# The last compilation of every object that is still there, slowest first: seconds, MB, object.
last_of_each() {
  cd "$(dirname "$log")" && awk -F'\t' '{ last[$3] = $0 } END { for (o in last) print last[o] }' "${log##*/}" |
    while IFS=$'\t' read -r seconds kilobytes object _; do
      if [ -e "$object" ]; then printf '%7.1f s %6d MB  %s\n' "$seconds" "$((kilobytes / 1024))" "$object"; fi
    done | sort -rn
}
judge() {    # judge: reads the log; sets units, limit and over
  units=$(last_of_each)
  local own
  own=$(awk '/catch_main\.cpp/ { print $1; exit }' <<<"$units")
  limit=$(awk -v s=$limit_seconds -v own="${own:-0}" 'BEGIN { print int(s * (own > 8 ? own / 8 : 1)) }')
  over=$(awk -v s="$limit" -v m=$limit_megabytes '$1 > s || $3 > m' <<<"$units")
}
judge

if [ "$again" = --again ] && [ -n "$over" ] && [ "$(wc -l <<<"$over")" -le 8 ]; then
  echo "over $limit s or $limit_megabytes MB in the build, compiled again alone:"
  sed 's/^/  /' <<<"$over"
  { grep 'catch_main\.cpp' <<<"$units" || true; echo "$over"; } | awk '{ print $5 }' | awk '!seen[$0]++' | while read -r object; do
    (cd "$(dirname "$log")" && rm "$object" && CCACHE_RECACHE=1 cmake --build . -j 1 --target "$object" >/dev/null)
  done
  judge
fi
units=$(sed -E 's#CMakeFiles/([^/]*)\.dir/#\1: #; s#: [^ ]*_header_sets/#: #; s#\.(cxx\.)?o$##' <<<"$units")

show() {    # show TITLE PATTERN COUNT
  echo "$1"
  grep -E "$2" <<<"$units" | head -n "$3" | sed 's/^/  /' || true
}
show "the umbrella alone" 'verify_interface_header_sets.*contrastive/contrastive\.hpp' 1
show "first_light per backend" 'examples/first_light' 9
show "training passes of a whole network, cpu" 'contrastive_compile_' 5
show "the five slowest test units" 'contrastive_tests_' 5

if [ -n "$over" ]; then
  echo "over $limit s or $limit_megabytes MB:"
  sed 's/^/  /' <<<"$over"
  exit 1
fi
awk -v s="$limit" -v m=$limit_megabytes '{ sum += $1 }
  END { printf "%d units in %.0f s, each within %d s and %d MB\n", NR, sum, s, m }' <<<"$units"
