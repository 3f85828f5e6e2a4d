// SPDX-License-Identifier: MIT
// A user's unit: the training on cpu, which compilers.cmake gives to g++ at -O3 and to others.
#include <contrastive/cpu.hpp>

#include "training.hpp"

std::vector<double> compilers_test::losses_of_cpu() { return losses<ct::cpu>(); }
