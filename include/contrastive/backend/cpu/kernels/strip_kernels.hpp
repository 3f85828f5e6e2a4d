// SPDX-License-Identifier: MIT
#pragma once
// Strips of two sets' similarities: what their anchors need to know, and the pairs' weights in their place.
#include <contrastive/backend/cpu/kernels/isa.hpp>

#include <algorithm>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

/// Some rows of a strip, from its row `first` on. Lane c is the anchor whose own row is `own` + c.
struct strip_part {
  static constexpr int width = 64;
  float* s;    // (rows, width)
  int first, rows, own;
};

/// Sums of a part's lanes.
struct strip_sums {
  float nearest[strip_part::width];    // largest s but for the own row's
  double first[strip_part::width], second[strip_part::width], third[strip_part::width];
};

/// One instruction set's functions.
struct strip_kernels {
  /// to.nearest, and in to.first Σ s, both but for the own rows.
  void (*measure)(const strip_part&, strip_sums& to);
  /// s = exp(s − top), and in to.second Σ of it; top: (width)
  void (*exponentials)(const strip_part&, const float* top, strip_sums& to);
  /// s = s·factor, less 1 in own rows; factor: (width)
  void (*weigh)(const strip_part&, const float* factor);
  /// With x = −y (t s + b): Σ softplus(x), Σ −y σ(x) s and Σ −y σ(x) in to.first, .second and .third; s = −y σ(x) t
  void (*sigmoid)(const strip_part&, float t, float b, strip_sums& to);
};

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

#define CONTRASTIVE_KERNELS <contrastive/backend/cpu/kernels/strip_kernels.inl>
#include <contrastive/backend/cpu/kernels/for_each_isa.inl>
#undef CONTRASTIVE_KERNELS

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

inline const strip_kernels& strip_kernels_for(isa set) {
  return in_code_of(set, [](auto here) -> auto& { return strip_table(here); });
}

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu
