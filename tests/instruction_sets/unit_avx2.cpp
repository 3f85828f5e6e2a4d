// SPDX-License-Identifier: MIT
// A unit that is compiled for avx2.
#include "own_code.hpp"
#include "units.hpp"

std::vector<double> run_avx2() { return run_own_code(); }
std::string device_of_avx2() { return own_device(); }
