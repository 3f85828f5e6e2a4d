// SPDX-License-Identifier: MIT
#pragma once
// What the units of this program offer each other.
#include <string>
#include <vector>

std::vector<double> run_avx2();
std::vector<double> run_avx512();
std::vector<double> run_native();
std::string device_of_avx2();
std::string device_of_avx512();
std::string device_of_native();
