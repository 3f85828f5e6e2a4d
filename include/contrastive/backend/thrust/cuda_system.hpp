// SPDX-License-Identifier: MIT
#pragma once
// Thrust's CUDA system, with a stream of its own. Only nvcc sees what is in here.
#ifdef __CUDACC__
#include <contrastive/backend/thrust/cuda_gemm.hpp>
#include <contrastive/backend/thrust/thrust.hpp>

#include <thrust/system/cuda/execution_policy.h>
#include <thrust/system/cuda/vector.h>

#include <cuda_runtime.h>

#include <memory>
#include <string>

namespace contrastive {

/// One CUDA device and one stream, in order.
class cuda_system {
 public:
  struct options {
    int device = 0;    // as CUDA counts them
  };
  static constexpr const char* name = "cuda";
  using gemm = on_thrust::cuda_gemm;
  using buffer = thrust::cuda::vector<std::byte>;

  explicit cuda_system(options o) : device_(o.device) {
    select();
    cudaStream_t made = nullptr;
    check(cudaStreamCreateWithFlags(&made, cudaStreamNonBlocking), "make a stream");
    stream_.reset(made);
  }

  auto policy() {
    select();
    return thrust::cuda::par_nosync.on(stream_.get());
  }
  buffer allocate(std::size_t bytes) {
    select();
    try {
      return buffer(bytes, std::byte{});
    } catch (const std::exception& e) {
      throw device_error("CUDA device " + std::to_string(device_) + " has no room for " + std::to_string(bytes) +
                         " bytes: " + e.what());
    }
  }
  void transfer(void* to, const void* from, std::size_t bytes) {
    select();
    check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDefault, stream_.get()), "copy memory");
    finish();
  }
  void finish() { check(cudaStreamSynchronize(stream_.get()), "finish its work"); }

 private:
  struct destroy {
    void operator()(cudaStream_t s) const { cudaStreamDestroy(s); }
  };
  void select() const { check(cudaSetDevice(device_), "be used"); }
  void check(cudaError_t result, const char* what) const {
    if (result != cudaSuccess)
      throw device_error("CUDA device " + std::to_string(device_) + " could not " + what + ": " +
                         cudaGetErrorString(result));
  }

  int device_;
  std::unique_ptr<std::remove_pointer_t<cudaStream_t>, destroy> stream_;
};

/// An NVIDIA GPU by Thrust and cuBLAS.
using cuda = thrust_on<cuda_system>;

}    // namespace contrastive
#endif
