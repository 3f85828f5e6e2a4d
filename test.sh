#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# test.sh: installs what is missing (Debian 12), builds with g++ and clang and runs every test.
#   (no flag)  g++ with every backend, headers alone, mistakes that must not compile, package; clang with what g++ leaves
#              to it on reference, cpu and OpenCL, without the tests that are tagged [slow]; the quick start for one epoch
#   --quick    g++ with reference and cpu only, most subjects, without the tests that are tagged [slow]: at most 5 minutes on
#              two cores
#   --long [PART...]  gcc with the wide sweeps of the tests, every subject on every backend and the large networks' training;
#              clang with every backend, clang-16, libcxx, the newest headers of Eigen, xtensor and Boost, asan-ubsan, tsan,
#              clang-tidy; faults (300 kills and every failing call, by every method), fuzz (of each reader and command line
#              for CONTRASTIVE_FUZZ_SECONDS, 600) and large (14 GB of memory): some five hours of two cores, so parts can be
#              named: gcc, clang, clang-16, libcxx, newest, asan-ubsan, tsan, tidy, faults, fuzz, large
set -uo pipefail
cd "$(dirname "$0")"
export LC_ALL=C.UTF-8

mode=ordinary
all_parts=(gcc clang clang-16 libcxx newest asan-ubsan tsan tidy faults fuzz large)
parts=("${all_parts[@]}")
case "${1:-}" in
  '') ;;
  --quick) mode=quick ;;
  --long) mode=long ;;
  *) echo "usage: ./test.sh [--quick | --long [PART...]]" >&2 && exit 2 ;;
esac
if [ $mode = long ] && [ $# -gt 1 ]; then parts=("${@:2}"); fi
for part in "${parts[@]}"; do
  if [[ " ${all_parts[*]} " != *" $part "* ]]; then
    echo "test.sh: the long run has no part '$part'; its parts are ${all_parts[*]}" >&2
    exit 2
  fi
done

names=() seconds=() summaries=() passed=0 failed=0
logs=build/logs
mkdir -p "$logs"

# stage NAME COMMAND...: runs it, keeps its seconds; a failure counts as one and the next stages still run.
stage() {
  local name=$1 start=$EPOCHREALTIME code=0
  shift
  printf '\n== %s\n' "$name"
  "$@" || code=$?
  names+=("$name")
  seconds+=("$(awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }')")
  if [ $code -ne 0 ]; then
    printf '== %s FAILED (%s)\n' "$name" "$code"
    names[-1]+=" FAILED"
    # ctest's own count already has the tests that failed
    [[ $name == *': tests' ]] || failed=$((failed + 1))
  fi
  return $code
}

configure() {
  local log=$logs/configure-$1.log
  cmake --preset "$1" -DCONTRASTIVE_CCCL_ROOT="$cccl" \
    ${packaging:+-DCONTRASTIVE_PACKAGING_TOOLS="$packaging"} "${wide[@]}" >"$log" 2>&1 || { cat "$log" && return 1; }
}

build() { cmake --build --preset "$1" -j "${CMAKE_BUILD_PARALLEL_LEVEL:-$(nproc)}" --target "${@:2}" -- -k 0; }

# Runs ctest and adds its last count to ours.
run_tests() {
  local log=$logs/test-$1.log code=0 line
  ctest --preset "$1" "${@:2}" 2>&1 | tee "$log" || code=$?
  line=$(grep -E '[0-9]+% tests passed, [0-9]+ tests failed out of [0-9]+' "$log")
  if [[ $line =~ ,\ ([0-9]+)\ tests\ failed\ out\ of\ ([0-9]+) ]]; then
    passed=$((passed + BASH_REMATCH[2] - BASH_REMATCH[1]))
    failed=$((failed + BASH_REMATCH[1]))
    summaries+=("$1: $line")
  else
    failed=$((failed + 1))
    summaries+=("$1: ctest ran no test")
    code=1
  fi
  return $code
}

# all_of PRESET CTEST_ARGUMENTS...: configure, build, every header alone, test; tests_of: the same without the headers.
all_of() { parts_of headers "$@"; }
tests_of() { parts_of '' "$@"; }
parts_of() {
  local headers=$1 preset=$2
  stage "$preset: configure" configure "$preset" || return
  stage "$preset: build" build "$preset" all
  if [ -n "$headers" ]; then stage "$preset: headers alone" build "$preset" all_verify_interface_header_sets; fi
  stage "$preset: tests" run_tests "$preset" "${@:3}"
}

# some_of PRESET LABEL TARGET...: builds these targets alone, runs the tests of that label.
some_of() {
  stage "$1: configure" configure "$1" || return
  stage "$1: build" build "$1" "${@:3}" && stage "$1: tests" run_tests "$1" -L "^$2\$"
}

long_part() {
  case $1 in
    gcc)
      wide=(-DCONTRASTIVE_WIDE_TESTS=ON -DCONTRASTIVE_TEST_RUN=all -DCONTRASTIVE_COMPILE_FAIL_COMPILERS=g++
        -DCONTRASTIVE_TEST_TRANSFER=ON)
      CONTRASTIVE_WIDE=1 all_of gcc
      wide=()
      stage "quick start" tests/examples/run_quickstart.sh
      ;;
    clang) all_of clang -LE 'style|nvcc' ;;
    newest) stage "newest headers" tools/newest_headers.sh "$PWD/build/newest_headers" && all_of newest -LE 'package|style|nvcc' ;;
    asan-ubsan | tsan) tests_of "$1" -LE 'package|style|nvcc' ;;
    tidy) stage "clang-tidy" tidy ;;
    faults) some_of faults reliability contrastive_reliability_trained contrastive_reliability_shim ;;
    fuzz) some_of fuzz fuzz contrastive_fuzz ;;
    large) some_of large large contrastive_tests_large ;;
    *) all_of "$1" -LE 'package|style|nvcc' ;;
  esac
}

# clang-tidy over every header alone (all components) and over the test units of reference and cpu (their instantiations).
tidy() {
  for preset in clang clang-16; do
    if [ ! -e build/$preset/compile_commands.json ]; then configure $preset || return; fi
  done
  tidy_units clang '_verify_interface_header_sets/' && tidy_units clang-16 '/tests/unit/'
}
tidy_units() {
  sed -n 's/^ *"file": "\(.*\)",*$/\1/p' "build/$1/compile_commands.json" | grep "$2" | sort -u |
    xargs -P "$(nproc)" -n 1 clang-tidy-19 --quiet -p "build/$1"
}

finish() {
  printf '\n== compile time (user seconds, peak memory)\n'
  local preset=gcc
  if [ $mode = quick ]; then preset=quick; fi
  tools/compile_report.sh build/$preset/compile_log.tsv
  printf '\n== seconds per stage\n'
  for i in "${!names[@]}"; do printf '%8s  %s\n' "${seconds[i]}" "${names[i]}"; done
  printf '%s\n' "${seconds[@]}" | awk '{ sum += $1 } END { printf "%8.1f  in all\n", sum }'
  printf '\n'
  if [ ${#summaries[@]} -gt 0 ]; then printf '%s\n' "${summaries[@]}"; fi
  printf '%s passed, %s failed\n' "$passed" "$failed"
  [ "$failed" -eq 0 ]
  exit
}

install_all() {
  tools/install_debian.sh "$@" && cccl=$(tools/find_cccl.sh "$PWD/build/venv") || return
  if [ $mode != quick ]; then packaging=$(tools/packaging_tools.sh "$PWD/build/packaging_tools"); fi
}

cccl= packaging= wide=()
if [ $mode = long ]; then stage "install" install_all --long || finish
else stage "install" install_all || finish
fi
case $mode in
  quick)
    stage "quick: configure" configure quick || finish
    stage "quick: build" build quick contrastive_tests_host contrastive_tests_reference contrastive_tests_cpu
    stage "quick: tests" run_tests quick -L 'host|reference|cpu|style|compile_time' -E 'instruction_sets|^example|^python'
    ;;
  ordinary)
    all_of gcc
    tests_of clang-shared -LE 'package|style|nvcc'
    stage "quick start" tests/examples/run_quickstart.sh
    ;;
  long) for part in "${parts[@]}"; do long_part "$part"; done ;;
esac
finish
