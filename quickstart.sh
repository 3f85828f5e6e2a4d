#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# quickstart.sh: installs what is missing, builds, trains on real images with and without their labels, prints what the encoders
# are worth and writes quickstart.html into the current folder. All in some 330 seconds on two cores.
#   --data DIR     CIFAR-10's binary files (data_batch_1.bin …); default: 12,000 images of Fashion-MNIST that come along
#   --device D     cpu (default), reference, thrust_cpp, thrust_omp, opencl
#   --epochs N     of every training; default: what there is time for
#   --threads N, --seed N, --summary FILE (the table as JSON), --draws N of few labels (default 1; 5 take minutes more)
set -euo pipefail
start=$EPOCHREALTIME
export LC_ALL=C.UTF-8
here=$(cd "$(dirname "$0")" && pwd)

device=cpu data=fashion_mnist passed=()
while [ $# -gt 0 ]; do
  case "$1" in
    -h | --help) sed -n '3,8s/^# \{0,1\}//p' "$0" && exit 0 ;;
    --device | --device=*)
      if [[ $1 == *=* ]]; then device=${1#*=}; else device=${2:?--device needs a name} && shift; fi ;;
    --data | --data=*)
      if [[ $1 == *=* ]]; then folder=${1#*=}; else folder=${2:?--data needs a folder} && shift; fi
      passed+=(--data "$folder") data=cifar10
      # Fashion-MNIST's own folder has idx files
      if compgen -G "$folder/train-images-idx3-ubyte*" >/dev/null; then data=fashion_mnist; fi ;;
    --epochs | --threads | --seed | --summary | --draws) passed+=("$1" "${2:?$1 needs a value}") && shift ;;
    --epochs=* | --threads=* | --seed=* | --summary=* | --draws=*) passed+=("$1") ;;
    *) echo "quickstart.sh: there is no option $1; --help names them all" >&2 && exit 2 ;;
  esac
  shift
done
case $device in
  cpu | reference | opencl) components="core;cpu" ;;
  thrust_cpp | thrust_omp) components="core;thrust" ;;
  *) echo "quickstart.sh: there is no device $device; choose cpu, reference, thrust_cpp, thrust_omp or opencl" >&2 && exit 2 ;;
esac
if [ "$device" = reference ]; then components=core; fi
if [ "$device" = opencl ]; then components="core;opencl"; fi

build=$here/build/quickstart-$device-$data log=$here/build/quickstart.log
mkdir -p "$build"
quietly() { "$@" >>"$log" 2>&1 || { tail -n 30 "$log" >&2 && echo "quickstart.sh: this failed: $* (all of it: $log)" >&2 && exit 1; }; }
: >"$log"
"$here/tools/install_debian.sh" --quickstart "$device"
echo "building for $device …"
cccl=
if [ "$components" = "core;thrust" ]; then cccl=$("$here/tools/find_cccl.sh" "$here/build/venv"); fi
quietly cmake -S "$here" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS_RELEASE=-O2 \
  -DCONTRASTIVE_BUILD_TESTS=OFF -DCONTRASTIVE_BUILD_EXAMPLES=ON -DCONTRASTIVE_BACKENDS="$device" \
  -DCONTRASTIVE_COMPONENTS="$components" -DCONTRASTIVE_CCCL_ROOT="$cccl" \
  -DCONTRASTIVE_QUICKSTART_DEVICE="$device" -DCONTRASTIVE_QUICKSTART_DATA="$data"
quietly cmake --build "$build" --target quickstart
spent=$(awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }')
printf 'ready after %.0f s\n\n' "$spent"
exec "$build/examples/quickstart/quickstart" --spent "$spent" "${passed[@]}"
