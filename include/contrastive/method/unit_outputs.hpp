// SPDX-License-Identifier: MIT
#pragma once
// Rows of length 1, of rows that nothing goes back through.
#include <contrastive/method/state.hpp>

namespace contrastive::detail {

/// z / |z| in memory of its own; a row shorter than 1e-12 is divided by that, as l2_normalize does.
template <class S>
class unit_outputs {
  using rows = tensor<typename S::device, typename S::template output_of<>>;

 public:
  explicit unit_outputs(parts<S>& owner) : memory_(owner) {}

  const rows& operator()(auto& m, const rows& z) {
    auto& [unit, inverse] = *memory_;
    reduce<fold::sum>(m, inverse, square(expression_of(z)));    // (v·n)
    map(m, inverse, 1 / maximum(sqrt(inverse), 1e-12));
    map(m, unit, z * inverse);    // (v·n, d)
    return unit;
  }

 private:
  struct held {
    rows unit;
    tensor<typename S::device, features<1>> inverse;
  };
  scratchpad<S, held> memory_;
};

}    // namespace contrastive::detail
