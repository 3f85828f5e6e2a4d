// SPDX-License-Identifier: MIT
#include "png.hpp"
#include "entry.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return fuzz::run(fuzz::png, {data, size});
}
