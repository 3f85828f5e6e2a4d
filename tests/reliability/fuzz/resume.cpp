// SPDX-License-Identifier: MIT
#include "resume.hpp"
#include "entry.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return fuzz::run(fuzz::resume, {data, size});
}
