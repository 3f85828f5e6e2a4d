#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# find_cccl.sh FOLDER: prints where the CCCL headers (Thrust) are: a CUDA toolkit, else the Python wheel, which it installs
# into the virtual environment FOLDER the first time.
set -euo pipefail
toolkit=${CUDA_HOME:-/usr/local/cuda}
if [ -e "$toolkit/include/cccl/thrust/version.h" ]; then
  echo "$toolkit"
  exit 0
fi
if ! compgen -G "$1/lib/python3*/site-packages/nvidia/cu13/include/cccl/thrust/version.h" >/dev/null; then
  python3 -m venv "$1" >&2
  "$1/bin/pip" install --quiet --disable-pip-version-check nvidia-cuda-cccl==13.0.85 >&2
fi
echo "$1"/lib/python3*/site-packages/nvidia/cu13
