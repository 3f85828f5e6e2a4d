// SPDX-License-Identifier: MIT
#pragma once
// Thrust's systems on the host: how the Thrust backend runs where there is no GPU. Both may live in one program.
#include <contrastive/backend/thrust/host_gemm.hpp>
#include <contrastive/backend/thrust/thrust.hpp>

#include <thrust/system/cpp/execution_policy.h>
#include <thrust/system/cpp/vector.h>
#include <thrust/system/omp/execution_policy.h>
#include <thrust/system/omp/vector.h>

#include <cstring>

namespace contrastive {

namespace on_thrust {
template <class Buffer>
struct host_system {
  struct options {};
  using gemm = host_gemm;
  // Operations. A step of many small loops took 15 times as long where threads waited for each other on a busy machine.
  static constexpr std::size_t worth_threads = 1 << 13;
  using buffer = Buffer;

  explicit host_system(options) {}
  static buffer allocate(std::size_t bytes) { return buffer(bytes, std::byte{}); }
  static void transfer(void* to, const void* from, std::size_t bytes) {
    if (bytes > 0) std::memcpy(to, from, bytes);
  }
  static void finish() {}
};
}    // namespace on_thrust

/// One thread.
struct cpp_system : on_thrust::host_system<thrust::cpp::vector<std::byte>> {
  using host_system::host_system;
  static constexpr const char* name = "thrust_cpp";
  static auto policy() { return thrust::cpp::par; }
};

/// OpenMP's threads: as many as OMP_NUM_THREADS says. Needs the compiler's OpenMP flag.
struct omp_system : on_thrust::host_system<thrust::omp::vector<std::byte>> {
  using host_system::host_system;
  static constexpr const char* name = "thrust_omp";
  static auto policy() { return thrust::omp::par; }
};

}    // namespace contrastive
