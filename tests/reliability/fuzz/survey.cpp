// SPDX-License-Identifier: MIT
#include "command_lines.hpp"
#include "entry.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return fuzz::run(fuzz::survey_line, {data, size});
}
