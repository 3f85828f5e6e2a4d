// SPDX-License-Identifier: MIT
#pragma once
// Thrust's host systems: thrust_on<cpp_system> and thrust_on<omp_system>.
#include <contrastive/backend/thrust/host_systems.hpp>
