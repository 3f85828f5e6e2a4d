#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# install_debian.sh [--long | --quickstart DEVICE]: installs with apt what building and testing contrastive needs, or the quick
# start on one device, and what is not there yet. Where all is there it calls apt for nothing and needs no root; where it cannot
# install, it names what is missing. `a|b` is met by either; the first that apt knows is taken.
set -euo pipefail

opencl=(libboost-dev opencl-headers ocl-icd-opencl-dev pocl-opencl-icd)
cccl=()    # Thrust's headers come as a Python wheel, where there is no CUDA
if [ ! -e "${CUDA_HOME:-/usr/local/cuda}/include/cccl/thrust/version.h" ]; then cccl=(python3-venv ca-certificates); fi
packages=(
  g++ cmake ninja-build ccache time
  zlib1g-dev libeigen3-dev                                              # core, cpu
  "${opencl[@]}" "${cccl[@]}"
  libxtensor-dev                                                        # xtensor
  'catch2|libcatch2-dev' libcli11-dev libpng-dev libbenchmark-dev       # tests, examples, benchmarks
  clang-19 libomp-19-dev clang-format-19                                # the second compiler, the format
  g++-aarch64-linux-gnu                                                 # another machine's compiler
  pkg-config python3-venv ca-certificates                               # the package's tests, whose conan is a Python wheel
  chromium                                                              # the report's page
)
case "${1:-}" in
  --long) packages+=(clang-16 clang-tidy-19 libclang-rt-19-dev libc++-19-dev libc++abi-19-dev qemu-user) ;;
  --quickstart)
    packages=(g++ cmake ninja-build zlib1g-dev libeigen3-dev libcli11-dev libpng-dev)
    case "${2:-cpu}" in
      opencl) packages+=("${opencl[@]}") ;;
      thrust_*) packages+=("${cccl[@]}") ;;
    esac
    ;;
esac

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

name_and_stop() {
  echo "install_debian.sh: $1; please install: ${*:2}" >&2
  exit 1
}
command -v dpkg-query >/dev/null || name_and_stop "this is no Debian" "${packages[@]}"
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
"${root[@]}" true 2>/dev/null || name_and_stop "packages are missing, and installing them needs root" "${missing[@]}"
export DEBIAN_FRONTEND=noninteractive
"${root[@]}" apt-get update -qq
wanted=()
for package in "${missing[@]}"; do
  wanted+=("$(first_known "$package")")
done
echo "installing ${wanted[*]}"
"${root[@]}" apt-get install -y -qq --no-install-recommends "${wanted[@]}"
