// SPDX-License-Identifier: MIT
#pragma once
// Catch2 of either generation: version 3, and Debian 12's 2.13 behind the same names.
#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_all.hpp>
namespace catch_shim {
using Catch::Approx;
}    // namespace catch_shim
#else
#include <catch2/catch.hpp>
namespace catch_shim {
using Approx = Catch::Detail::Approx;    // in version 2 Catch::Approx is first of all a matcher
}    // namespace catch_shim
#endif
