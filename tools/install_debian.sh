#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# install_debian.sh [--long]: installs with apt what building and testing contrastive needs and what is not there yet.
# Where all is there it calls apt for nothing and needs no root. `a|b` is met by either; the first that apt knows is taken.
set -euo pipefail

packages=(
  g++ cmake ninja-build ccache time
  zlib1g-dev libeigen3-dev                                              # core, cpu
  libboost-dev opencl-headers ocl-icd-opencl-dev pocl-opencl-icd        # opencl
  libxtensor-dev                                                        # xtensor
  'catch2|libcatch2-dev' libcli11-dev libbenchmark-dev                  # tests, examples, benchmarks
  clang-19 libomp-19-dev clang-format-19                                # the second compiler, the format
)
if [ ! -e "${CUDA_HOME:-/usr/local/cuda}/include/cccl/thrust/version.h" ]; then
  packages+=(python3-venv ca-certificates)                              # Thrust's headers come as a Python wheel
fi
if [ "${1:-}" = --long ]; then
  packages+=(clang-16 clang-tidy-19 libclang-rt-19-dev libc++-19-dev libc++abi-19-dev)
fi

installed() { [ "$(dpkg-query -W -f='${db:Status-Abbrev}' "$1" 2>/dev/null)" = 'ii ' ]; }

any_installed() {
  local name
  for name in ${1//|/ }; do
    if installed "$name"; then return 0; fi
  done
  return 1
}

first_known() {
  local name
  for name in ${1//|/ }; do
    if apt-cache show "$name" >/dev/null 2>&1; then echo "$name" && return 0; fi
  done
  echo "install_debian.sh: apt knows none of $1" >&2
  return 1
}

if ! command -v dpkg-query >/dev/null; then
  echo "install_debian.sh: this is no Debian; please install what is named in $0" >&2
  exit 1
fi
missing=()
for package in "${packages[@]}"; do
  any_installed "$package" || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
  echo "every package is there"
  exit 0
fi

root=()
if [ "$(id -u)" != 0 ]; then root=(sudo -n); fi
export DEBIAN_FRONTEND=noninteractive
"${root[@]}" apt-get update -qq
wanted=()
for package in "${missing[@]}"; do
  wanted+=("$(first_known "$package")")
done
echo "installing ${wanted[*]}"
"${root[@]}" apt-get install -y -qq --no-install-recommends "${wanted[@]}"
