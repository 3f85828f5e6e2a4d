// SPDX-License-Identifier: MIT
#pragma once
// Products of a few rows with a tall matrix, in double.
#include <contrastive/core/pack.hpp>

#include <vector>

namespace contrastive::detail {

/// Four rows of features in double: where evaluations on the host spend their time.
///
/// What they are multiplied with lies (features, padded), padded being a multiple of four: four columns are one vector.
class row_block {
 public:
  static constexpr std::size_t rows = 4, lanes = 4;
#ifdef __AVX__
  static constexpr std::size_t most = 3;    // vectors of a chunk: 12 accumulators
#else
  static constexpr std::size_t most = 1;    // a vector is two registers of sixteen: 8 accumulators
#endif
  typedef double packet __attribute__((vector_size(lanes * sizeof(double))));
  /// Four numbers in memory, at any address. (A class: clang 16 forgets in templates that a typedef has less alignment.)
  struct __attribute__((packed, may_alias)) place {
    packet numbers;
  };
  static const place& at(const double* p) { return *reinterpret_cast<const place*>(p); }
  static place& at(double* p) { return *reinterpret_cast<place*>(p); }

  row_block(std::size_t features, std::size_t padded) : features_(features), padded_(padded), x_(features * rows) {}

  /// x(row, feature)
  void load(auto&& x) {
    for (std::size_t k = 0; k < features_; ++k)
      at(x_.data() + k * rows).numbers = packet{x(0u, k), x(1u, k), x(2u, k), x(3u, k)};
  }
  /// logits (rows, padded) += x · weights
  void times(const double* weights, double* logits) const {
    each_chunk([&](auto count, std::size_t at) { multiply<count>(weights + at, logits + at); });
  }
  /// gradient (features, padded) += xᵀ · errors (rows, padded)
  void transposed_times(const double* errors, double* gradient) const {
    each_chunk([&](auto count, std::size_t at) { gather<count>(errors + at, gradient + at); });
  }

 private:
  void each_chunk(auto&& f) const {
    std::size_t at = 0;
    for (; at + most * lanes <= padded_; at += most * lanes) f(std::integral_constant<std::size_t, most>{}, at);
    if constexpr (most > 2)
      if (padded_ - at == 2 * lanes) f(std::integral_constant<std::size_t, 2>{}, at);
    if constexpr (most > 1)
      if (padded_ - at == lanes) f(std::integral_constant<std::size_t, 1>{}, at);
  }

  // The loops over v and r are written out by for_each_index, so that the sums stay in registers.
  template <std::size_t Count>
  void multiply(const double* weights, double* logits) const {
    packet sum[Count][rows];
    for_each_tile<Count>([&](auto v, auto r) { sum[v][r] = at(logits + r * padded_ + v * lanes).numbers; });
    const double *x = x_.data(), *w = weights;
    for (std::size_t k = 0; k < features_; ++k, x += rows, w += padded_)
      for_each_tile<Count>([&](auto v, auto r) { sum[v][r] += x[r] * at(w + v * lanes).numbers; });
    for_each_tile<Count>([&](auto v, auto r) { at(logits + r * padded_ + v * lanes).numbers = sum[v][r]; });
  }
  template <std::size_t Count>
  void gather(const double* errors, double* gradient) const {
    packet e[Count][rows];
    for_each_tile<Count>([&](auto v, auto r) { e[v][r] = at(errors + r * padded_ + v * lanes).numbers; });
    const double* x = x_.data();
    for (std::size_t k = 0; k < features_; ++k, x += rows, gradient += padded_)
      for_each_index<Count>([&](auto v) {
        at(gradient + v * lanes).numbers += (x[0] * e[v][0] + x[1] * e[v][1]) + (x[2] * e[v][2] + x[3] * e[v][3]);
      });
  }
  template <std::size_t Count>
  static void for_each_tile(auto&& f) {
    for_each_index<Count>([&](auto v) { for_each_index<rows>([&](auto r) { f(v, r); }); });
  }

  std::size_t features_, padded_;
  std::vector<double> x_;    // (features, rows)
};

}    // namespace contrastive::detail
