// SPDX-License-Identifier: MIT
#include "entry.hpp"
#include "weights.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return fuzz::run(fuzz::weights, {data, size});
}
