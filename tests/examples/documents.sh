#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# documents.sh COMPILE DOCUMENTS...: every program that a document shows (a ```cpp block with a main) compiles, and so do the
# other ```cpp blocks, each by itself: as statements of a function, or, where they define templates, as they are. An excerpt that
# does not stand alone is a ```c++ block. COMPILE is one word with the compiler and its flags.
set -euo pipefail
read -ra compile <<<"$1"
shift
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT

for document in "$@"; do
  awk -v out="$folder/$(basename "$document")" '
    /^```cpp$/ { name = out "." (NR + 1) ".cpp"; next }
    /^```/ { name = "" }
    name { print > name }' "$document"
done

# What a reader of a block has in mind.
parts=$folder/parts.cc
cat >"$parts" <<'EOF'
#include <contrastive/contrastive.hpp>
#include <contrastive/cpu.hpp>
#include <iostream>
namespace ct = contrastive;
using image = ct::image<28, 28, 1>;
using augmentations = ct::views<ct::random_resized_crop<>, ct::horizontal_flip, ct::intensity_jitter, ct::normalize>;
const ct::fashion_mnist data{"examples/data"};
EOF
programs=0 blocks=0 bad=0
for block in "$folder"/*.cpp; do
  if grep -q 'int main' "$block"; then
    programs=$((programs + 1))
    if ! "${compile[@]}" -fsyntax-only "$block"; then echo "does not compile: ${block##*/} (document, line)" && bad=1; fi
  else
    blocks=$((blocks + 1)) name=${block##*/} opens='' closes=''
    if ! grep -qE '^template ' "$block"; then opens='void statements() {' closes='}'; fi
    IFS=. read -r document _ line _ <<<"$name"
    printf 'namespace block_%d {\n%s\n#line %d "%s"\n%s\n%s\n}\n' "$blocks" "$opens" "$line" "$document.md" "$(<"$block")" \
      "$closes" >>"$parts"
  fi
done
if ! "${compile[@]}" -Wno-unused -fsyntax-only -x c++ "$parts"; then echo "a block does not compile (document, line)" && bad=1; fi
echo "$programs programs and $blocks other blocks in $# documents"
[ $programs -gt 0 ] && exit $bad
