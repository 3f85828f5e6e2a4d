// SPDX-License-Identifier: MIT
#include "weights.hpp"
#include "entry.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return fuzz::run(fuzz::weights, {data, size});
}
