// SPDX-License-Identifier: MIT
#pragma once
// How many allocations there were, where one source of the executable includes count_allocations.hpp.
#include <atomic>

inline std::atomic<long> allocations{0};
