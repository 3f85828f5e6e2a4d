#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# survey.sh: installs what is missing, builds, trains every method on the same images with the same encoder, probes all alike,
# and writes survey.html and survey.json into the current folder. What was trained is kept in survey-run/: a survey that was
# stopped goes on there.
#   --minutes N    for all trainings together (default 30, on two cores)
#   --epochs N     of every method, instead; --methods simclr,byol,…; --seeds N trainings of each; --images N of the data
#   --data DIR     CIFAR-10's binary files (data_batch_1.bin …); default: 12,000 images of Fashion-MNIST that come along
#   --threads N, --batch N, --seed N, --folder DIR, --page FILE, --json FILE
set -euo pipefail
start=$EPOCHREALTIME
export LC_ALL=C.UTF-8
here=$(cd "$(dirname "$0")" && pwd)

data=fashion_mnist passed=()
while [ $# -gt 0 ]; do
  case "$1" in
    -h | --help) sed -n '3,9s/^# \{0,1\}//p' "$0" && exit 0 ;;
    --data | --data=*)
      if [[ $1 == *=* ]]; then folder=${1#*=}; else folder=${2:?--data needs a folder} && shift; fi
      passed+=(--data "$folder") data=cifar10
      # Fashion-MNIST's own folder has idx files
      if compgen -G "$folder/train-images-idx3-ubyte*" >/dev/null; then data=fashion_mnist; fi ;;
    --minutes=* | --epochs=* | --methods=* | --seeds=* | --images=* | --threads=* | --batch=* | --seed=* | --folder=* | \
      --page=* | --json=*) passed+=("$1") ;;
    --minutes | --epochs | --methods | --seeds | --images | --threads | --batch | --seed | --folder | --page | --json)
      passed+=("$1" "${2:?$1 needs a value}") && shift ;;
    *) echo "survey.sh: there is no option $1; --help names them all" >&2 && exit 2 ;;
  esac
  shift
done

build=$here/build/survey-$data log=$here/build/survey.log
mkdir -p "$build"
quietly() { "$@" >>"$log" 2>&1 || { tail -n 30 "$log" >&2 && echo "survey.sh: this failed: $* (all of it: $log)" >&2 && exit 1; }; }
: >"$log"
"$here/tools/install_debian.sh" --quickstart cpu
echo "building every method …"
quietly cmake -S "$here" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS_RELEASE=-O2 \
  -DCONTRASTIVE_BUILD_TESTS=OFF -DCONTRASTIVE_BUILD_EXAMPLES=ON -DCONTRASTIVE_BACKENDS=cpu \
  -DCONTRASTIVE_COMPONENTS="core;cpu" -DCONTRASTIVE_SURVEY_DATA="$data"
quietly cmake --build "$build" --target survey
spent=$(awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }')
printf 'ready after %.0f s\n' "$spent"
exec "$build/examples/survey/survey" --spent "$spent" "${passed[@]}"
