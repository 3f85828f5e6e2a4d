// SPDX-License-Identifier: MIT
// Somebody's program: includes what its component offers and uses it once.
#if defined(COMPONENT_cpu)
#include <contrastive/cpu.hpp>
#elif defined(COMPONENT_thrust)
#include <contrastive/thrust_host.hpp>
#elif defined(COMPONENT_opencl)
#include <contrastive/opencl.hpp>
#else
#include <contrastive/backend/reference.hpp>
#endif

int main() {}
