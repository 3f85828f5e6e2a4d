// SPDX-License-Identifier: MIT
#include "entry.hpp"
#include "resume.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return fuzz::run(fuzz::resume, {data, size});
}
