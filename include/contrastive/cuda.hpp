// SPDX-License-Identifier: MIT
#pragma once
// NVIDIA GPUs through Thrust: `cuda`.
#ifdef __CUDACC__
#include <contrastive/backend/thrust/cuda_system.hpp>
#else
namespace contrastive {
struct [[deprecated("contrastive::cuda is there for nvcc only: compile this source as CUDA")]] cuda;
}    // namespace contrastive
#endif
