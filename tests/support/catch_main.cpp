// SPDX-License-Identifier: MIT
// Catch2's main function; version 3 has one in its library.
#if !__has_include(<catch2/catch_test_macros.hpp>)
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
#endif
