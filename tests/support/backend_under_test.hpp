// SPDX-License-Identifier: MIT
#pragma once
// The device that this executable tests: CMake compiles each subject once for every backend.
#if defined(CONTRASTIVE_TEST_REFERENCE)
#include <contrastive/backend/reference.hpp>
using backend_under_test = contrastive::reference;
inline constexpr const char* backend_name = "reference";
#elif defined(CONTRASTIVE_TEST_CPU)
#include <contrastive/cpu.hpp>
using backend_under_test = contrastive::cpu;
inline constexpr const char* backend_name = "cpu";
#elif defined(CONTRASTIVE_TEST_THRUST_CPP)
#include <contrastive/thrust_host.hpp>
using backend_under_test = contrastive::thrust_on<contrastive::cpp_system>;
inline constexpr const char* backend_name = "thrust_cpp";
#elif defined(CONTRASTIVE_TEST_THRUST_OMP)
#include <contrastive/thrust_host.hpp>
using backend_under_test = contrastive::thrust_on<contrastive::omp_system>;
inline constexpr const char* backend_name = "thrust_omp";
#elif defined(CONTRASTIVE_TEST_OPENCL)
#include <contrastive/opencl.hpp>
using backend_under_test = contrastive::opencl;
inline constexpr const char* backend_name = "opencl";
#else
#error "this subject needs a backend: it belongs in tests/unit, not in tests/unit/host"
#endif

// Not a global name: g++ would say that every parameter named `device` shadows it.
namespace under_test {
using device = backend_under_test;
}    // namespace under_test
using namespace under_test;
inline device make_device() { return device{}; }

/// One device for all test cases of an executable: starting one may cost more than a test.
inline device& shared_device() {
  static device shared = make_device();
  return shared;
}

/// Calls f(device, exact): the shared device, and on the cpu before it one whose convolutions are as exact as they can be.
void on_every_precision(const auto& f) {
#if defined(CONTRASTIVE_TEST_CPU)
  static device direct{{.winograd = false}};
  f(direct, true);
  f(shared_device(), false);
#else
  f(shared_device(), true);
#endif
}
