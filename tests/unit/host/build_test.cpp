// SPDX-License-Identifier: MIT
// Laws of the build itself.
#include "support/catch.hpp"

#include <filesystem>

TEST_CASE("the library is compiled as C++20 or newer") { CHECK(__cplusplus >= 202002L); }

TEST_CASE("tests find their golden values and data beside the sources") {
  CHECK(std::filesystem::path(CONTRASTIVE_GOLDEN_DIR).filename() == "golden");
  CHECK(std::filesystem::path(CONTRASTIVE_DATA_DIR).filename() == "data");
}
