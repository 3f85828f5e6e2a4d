// SPDX-License-Identifier: MIT
#pragma once
// The laws that every backend obeys, tried on a backend of yours against the reference in double.
#include <contrastive/testing/backend_laws/gemm.hpp>
#include <contrastive/testing/backend_laws/launch.hpp>
#include <contrastive/testing/backend_laws/map.hpp>
#include <contrastive/testing/backend_laws/memory.hpp>
#include <contrastive/testing/backend_laws/reduce.hpp>

namespace contrastive::testing {

/// Tries the nine verbs on random shapes: every pattern of extents, every function, every set of axes, long ranges,
/// four transpositions, portable bodies, elements of int32 and uint8, writes beside the output, and the same bits
/// again.
///
///     my_device device;
///     std::cout << text_of(backend_laws(device));
template <Backend B>
laws backend_laws(B& device, const backend_law_options& options = {}) {
  laws tried;
  laws_of_backends::memory_laws(tried, device, options);
  laws_of_backends::map_laws(tried, device, options);
  laws_of_backends::reduce_laws(tried, device, options);
  laws_of_backends::gemm_laws(tried, device, options);
  laws_of_backends::launch_laws(tried, device, options);
  return tried;
}

}    // namespace contrastive::testing
