#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# packaging_tools.sh FOLDER: prints where conan and a CMake that reads CPS files are; both are Python wheels, which it installs
# into the virtual environment FOLDER the first time. For the package's tests; nothing else needs them.
set -euo pipefail
if [ ! -x "$1/bin/conan" ] || [ ! -x "$1/bin/cmake" ]; then
  python3 -m venv "$1" >&2
  "$1/bin/pip" install --quiet --disable-pip-version-check conan==2.34.0 cmake==4.4.5 >&2
fi
echo "$1/bin"
