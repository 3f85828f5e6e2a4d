// SPDX-License-Identifier: MIT
// A unit that is compiled for avx2, with no kernels but those of its own set.
#define CONTRASTIVE_NATIVE
#include "own_code.hpp"
#include "units.hpp"

std::vector<double> run_native() { return run_own_code(); }
std::string device_of_native() { return own_device(); }
