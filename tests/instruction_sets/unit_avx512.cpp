// SPDX-License-Identifier: MIT
// A unit that is compiled for avx512.
#include "own_code.hpp"
#include "units.hpp"

std::vector<double> run_avx512() { return run_own_code(); }
std::string device_of_avx512() { return own_device(); }
