// SPDX-License-Identifier: MIT
#pragma once
// What methods with a predictor ask of it, and of the views that it goes between.
#include <contrastive/core/refuse.hpp>
#include <contrastive/net/network.hpp>
#include <contrastive/nn/l2_normalize.hpp>
#include <contrastive/optim/scheduled.hpp>

namespace contrastive::detail {

template <class Predictor, class Embedding>
struct predictor_keeps_shape {
  static_assert(never<Predictor>,
                "a predictor answers with a vector as long as the one it reads: its last layer has to have as many "
                "outputs as the head");
};
template <class Method, int Found>
struct method_compares_views {
  static_assert(never<Method>,
                "this method compares the views of a sample with one another: it needs 2 of them or more (Found): say "
                "n_views<2, ...>");
};

/// Whether that predictor goes with the pipeline's network.
template <class Predictor, class S>
constexpr bool predictor_fits() {
  using embedding = typename S::template output_of<>;
  if constexpr (!Accepts<Predictor, embedding>) return false;
  else if constexpr (!std::is_same_v<typename Predictor::template output<embedding>, embedding>)
    return refuse<predictor_keeps_shape<Predictor, embedding>>();
  else return true;
}

/// A network whose outputs have length 1.
template <class Net>
using with_unit_rows = sequential<named<"", Net>, named<"", l2_normalize>>;

/// Throws argument_error for a momentum that would leave 0 … 1 later in a run.
inline void require_momentum(const scheduled& momentum) {
  for (const double m : {momentum.first, momentum.last})
    if (!(m >= 0 && m <= 1))
      throw argument_error(
          "the momentum of a network that follows another is between 0 and 1 from its first to its "
          "last; one of them is " +
          std::to_string(m));
}

}    // namespace contrastive::detail
