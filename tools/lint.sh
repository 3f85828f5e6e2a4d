#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# lint.sh: what can be said of the sources without compiling them: format, rooms, public names, versions, the examples' lines.
# (./test.sh --long tidy compiles them, with clang-tidy.)
set -uo pipefail
cd "$(dirname "$0")/.."
failed=0
for check in tools/check_format.sh "tools/rooms.py --check docs/rooms.svg" tools/names.py tools/versions.py \
             "tests/examples/count_lines.sh examples"; do
  # shellcheck disable=SC2086
  if output=$($check 2>&1); then echo "good    $check"; else printf '%s\nFAILED  %s\n' "$output" "$check" && failed=1; fi
done
exit $failed
