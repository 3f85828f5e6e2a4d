#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# documents.sh COMPILE DOCUMENTS...: every program that a document shows (a ```cpp block with a main) compiles.
# COMPILE is one word with the compiler and its flags.
set -euo pipefail
read -ra compile <<<"$1"
shift
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT

programs=0 bad=0
for document in "$@"; do
  awk -v out="$folder/$(basename "$document")" '
    /^```cpp$/ { name = out "." NR ".cpp"; next }
    /^```/ { name = "" }
    name { print > name }' "$document"
done
for program in "$folder"/*.cpp; do
  if ! grep -q 'int main' "$program"; then continue; fi
  programs=$((programs + 1))
  if ! "${compile[@]}" -fsyntax-only "$program"; then echo "does not compile: ${program##*/} (document, line)" && bad=1; fi
done
echo "$programs programs in $# documents"
[ $programs -gt 0 ] && exit $bad
