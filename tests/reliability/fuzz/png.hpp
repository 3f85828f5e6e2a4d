// SPDX-License-Identifier: MIT
#pragma once
// The examples' reader of pictures as a target of a fuzzer.
#include "../../../examples/quickstart/png.hpp"
#include "input.hpp"

namespace fuzz {

/// A picture has the pixels that it claims.
inline void png(bytes input) {
  const auto picture = quickstart::read_png(file_of(input));
  require(picture.height > 0 && picture.width > 0 &&
              picture.pixels.size() == std::size_t(picture.height) * std::size_t(picture.width) * 3,
          "a picture has its pixels");
}

}    // namespace fuzz
