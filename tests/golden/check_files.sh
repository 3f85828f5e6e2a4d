#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# check_files.sh TESTS: the files that TESTS writes are read by torch, safetensors and numpy. In the long run only, and with a
# Python that has them (CONTRASTIVE_PYTHON, else python3); else it is skipped (77).
set -euo pipefail
if [ "${CONTRASTIVE_WIDE:-}" != 1 ]; then echo "skipped: it belongs to the long run (CONTRASTIVE_WIDE=1)" && exit 77; fi
python=${CONTRASTIVE_PYTHON:-python3}
if ! "$python" -c 'import numpy, safetensors, torch, torchvision' 2>/dev/null; then
  echo "skipped: $python lacks one of numpy, safetensors, torch and torchvision" && exit 77
fi
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
CONTRASTIVE_FILES=$folder "$1" '[files]'
"$python" "$(dirname "$0")/check_files.py" "$folder"
