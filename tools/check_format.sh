#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# check_format.sh [CLANG_FORMAT]: every C++ source is as .clang-format has it.
set -euo pipefail
cd "$(dirname "$0")/.."
find include tests examples benchmarks \( -name '*.hpp' -o -name '*.cpp' -o -name '*.inl' \) -print0 |
  xargs -0 "${1:-clang-format-19}" --dry-run --Werror
