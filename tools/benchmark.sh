#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# benchmark.sh NAME [FLAGS...]: builds benchmarks/NAME_benchmark.cpp with full optimization and runs it with Google Benchmark's
# flags, as `benchmark.sh gemm --benchmark_min_time=0.05`. Without a name: which there are.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ ! -e "benchmarks/${1:-}_benchmark.cpp" ]; then
  echo "usage: benchmark.sh NAME [FLAGS...], of these names: $(cd benchmarks && ls -- *_benchmark.cpp | sed 's/_benchmark.cpp//' | xargs)" >&2
  exit 2
fi
cmake --preset release -DCONTRASTIVE_BUILD_EXAMPLES=OFF -DCONTRASTIVE_BACKENDS=cpu -DCONTRASTIVE_COMPONENTS="core;cpu" >&2
cmake --build --preset release --target "$1_benchmark" >&2
exec "build/release/benchmarks/$1_benchmark" "${@:2}"
