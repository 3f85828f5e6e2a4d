// SPDX-License-Identifier: MIT
#pragma once
// What a pair loss compares two rows by: their product over a temperature, or how near they are to each other.
#include <contrastive/expr/verbs.hpp>
#include <contrastive/loss/arguments.hpp>

namespace contrastive {

namespace detail {
/// The temperature of a loss's configuration; 1 where it has none.
template <class Config>
double temperature_of(const Config& config) {
  if constexpr (requires { config.temperature; }) return config.temperature;
  else return 1;
}

inline constexpr double very_far = 1e30;    // minus this is below every similarity, and still a float

/// Cosines closer than this count as tied: some ten roundings of a float, so that a collapsed encoder shows no
/// accuracy.
inline constexpr double tied_within = 1e-6;
}    // namespace detail

/// What `using similarity = …` of a pair loss may say. Without it: scaled_dot_product.
namespace similarity {

/// s_ij = u_i·u_j / τ: with unit rows the cosine over the temperature. ∂s_ij/∂u_i = u_j / τ.
struct scaled_dot_product {
  static constexpr bool of_distance = false;
  static double where_rows_coincide(double temperature) { return 1 / temperature; }    // unit rows
  static double tied_within(double temperature) { return detail::tied_within / temperature; }

  /// s: (n, t), rows: (n, d), anchors: (t, d)
  static void compare(auto& ctx, const auto& s, const auto& rows, const auto& anchors, double temperature) {
    gemm(ctx, by_row(s), by_row(rows), transpose(by_row(anchors)), 1 / temperature);
  }
};

/// s_ij = 1 / (1 + |z_i − z_j|²), for rows of any length: the similarity of t-SNE's maps.
/// ∂s_ij/∂z_i = 2 s² (z_j − z_i).
///
/// Differences are taken one by one. |z_i|² + |z_j|² − 2 z_i·z_j would be a matrix product, but its error is that of
/// |z|²: in a map of extent 100 more than the distance of near points.
struct cauchy {
  static constexpr bool of_distance = true;
  static double where_rows_coincide(double) { return 1; }
  static double tied_within(double) { return 0; }    // but for a share of the largest similarity

  static void compare(auto& ctx, const auto& s, const auto& rows, const auto& anchors, double) {
    constexpr int width = std::remove_cvref_t<decltype(s)>::channels;
    reduce<fold::sum>(ctx, of_pairs(s), square(of_rows(rows) - of_anchors<width>(anchors)));
    map(ctx, s, 1 / (1 + s));
  }
  /// ∂s/∂z_i = pull(s)·(z_j − z_i)
  static constexpr auto pull(const auto& s) { return 2 * square(s); }
  /// to_i = Σ_j p_ji (z_j − z_i) for the anchors i; to: (t, d), p: (n, t)
  static void gather(auto& ctx, const auto& to, const auto& p, const auto& rows, const auto& anchors) {
    constexpr int width = std::remove_cvref_t<decltype(p)>::channels;
    reduce<fold::sum>(ctx, of_anchors<width>(to), of_pairs(p) * (of_rows(rows) - of_anchors<width>(anchors)));
  }

 private:
  template <class Rows>
  static auto of_rows(const Rows& rows) {    // (n, 1, 1, d)
    return operand<typename Rows::address, true, 1, 1, int(Rows::row_size)>{rows.data, rows.rows};
  }
  template <int Width, class Rows>
  static auto of_anchors(const Rows& anchors) {    // (1, t, 1, d)
    return operand<typename Rows::address, false, Width, 1, int(Rows::row_size)>{anchors.data};
  }
  template <class Pairs>
  static auto of_pairs(const Pairs& s) {    // (n, t, 1, 1)
    return operand<typename Pairs::address, true, Pairs::channels, 1, 1>{s.data, s.rows};
  }
};

}    // namespace similarity

namespace detail {
template <class L>
auto declared_similarity() {
  if constexpr (requires { typename L::similarity; }) return std::type_identity<typename L::similarity>{};
  else return std::type_identity<similarity::scaled_dot_product>{};
}
/// What the loss L compares two rows by.
template <class L>
using similarity_of = typename decltype(declared_similarity<L>())::type;
}    // namespace detail

}    // namespace contrastive
