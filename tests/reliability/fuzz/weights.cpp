// SPDX-License-Identifier: MIT
#include "models.hpp"
#include "entry.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return fuzz::run(fuzz::weights, {data, size});
}
