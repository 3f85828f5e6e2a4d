#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# check_format.sh [--fix] [CLANG_FORMAT]: every C++ source is as .clang-format has it (--fix makes it so), and no line of the
# library is longer than 120 characters (clang-format leaves comments and what is quoted alone).
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C.UTF-8
how=(--dry-run --Werror)
if [ "${1:-}" = --fix ]; then how=(-i) && shift; fi
find include tests examples benchmarks packaging \( -name '*.hpp' -o -name '*.cpp' -o -name '*.inl' \) -not -path '*/build/*' -print0 |
  xargs -0 "${1:-clang-format-19}" "${how[@]}"
if grep -rnE --include='*.hpp' --include='*.inl' '^.{121}' include; then
  echo "these lines are longer than 120 characters" >&2
  exit 1
fi
