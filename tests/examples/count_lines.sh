#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# count_lines.sh EXAMPLES: an example has at most 120 lines, your_own.cpp, which is six in one, 160, and its parts stay as short
# as they promise.
set -euo pipefail
cd "$1"
bad=0
for f in *.cpp; do
  n=$(wc -l <"$f") most=120
  if [ "$f" = your_own.cpp ]; then most=160; fi
  if [ "$n" -gt "$most" ]; then echo "$f has $n lines, at most $most are allowed" && bad=1; fi
done
part() {    # part NAME LIMIT: lines from its mark to the next
  local n
  n=$(awk -v name="// ---- $1:" 'index($0, "// ---- ") == 1 { on = index($0, name) == 1; next } on && NF { n++ } END { print n + 0 }' your_own.cpp)
  if [ "$n" -lt 1 ] || [ "$n" -gt "$2" ]; then echo "the $1 of your_own.cpp has $n lines, 1 to $2 are expected" && bad=1; fi
}
part activation 5
part augmentation 25
part loss 30
part layer 40
part method 40
exit $bad
