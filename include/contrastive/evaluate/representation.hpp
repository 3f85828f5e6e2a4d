// SPDX-License-Identifier: MIT
#pragma once
// Representations in numbers: alignment, uniformity, effective rank, and what false negatives there are.
#include <contrastive/core/error.hpp>
#include <contrastive/evaluate/solve/row_block.hpp>
#include <contrastive/evaluate/solve/spectrum.hpp>
#include <contrastive/model/labeled_features.hpp>

#include <span>
#include <string>

namespace contrastive {

namespace detail {

/// Rows on the unit sphere, in double. What is shorter than 10⁻¹² stays inside it: zeros are zeros.
struct unit_vectors {
  std::size_t rows, columns;
  std::vector<double> values;     // (rows, columns)
  std::vector<double> squares;    // (rows) of their lengths: 1, or less inside

  explicit unit_vectors(const matrix& m) : rows(m.rows()), columns(m.columns()), values(rows * columns), squares(rows) {
    for (std::size_t r = 0; r < rows; ++r) {
      const auto row = m.row(r);
      double square = 0;
      for (const float v : row) square += double(v) * double(v);
      const double scale = 1 / std::max(std::sqrt(square), 1e-12);
      squares[r] = std::min(square * 1e24, 1.);
      for (std::size_t c = 0; c < columns; ++c) values[r * columns + c] = double(row[c]) * scale;
    }
  }
  std::span<const double> row(std::size_t r) const { return {values.data() + r * columns, columns}; }

  /// f(i, j, cosine) for every pair i < j. Memory: one strip of the similarities.
  void each_pair(auto&& f) const {
    constexpr std::size_t height = 32;
    const std::size_t padded = padded_to_lanes(rows);
    std::vector<double> across(columns * padded), strip(height * padded);    // (columns, padded), (32, padded)
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t c = 0; c < columns; ++c) across[c * padded + r] = values[r * columns + c];
    const auto& kernels = on_cpu::double_kernels_for(on_cpu::usable_isa());
    for (std::size_t first = 0; first < rows; first += height) {
      const std::size_t count = std::min(height, rows - first);
      std::fill(strip.begin(), strip.end(), 0.);
      kernels.multiply({count, padded - first, columns, row(first).data(), columns, 1, across.data() + first, padded,
                        strip.data() + first, padded});
      for (std::size_t r = 0; r < count; ++r)
        for (std::size_t j = first + r + 1; j < rows; ++j) f(first + r, j, strip[r * padded + j]);
    }
  }
};

inline void require_rows(const matrix& m, std::size_t least, const char* who) {
  if (m.rows() < least || m.columns() == 0)
    throw argument_error(std::string(who) + " needs at least " + std::to_string(least) +
                         " rows of one number; there are " + std::to_string(m.rows()) + " of " +
                         std::to_string(m.columns()));
  require_finite(m, who, "");
}

}    // namespace detail

/// How far two views of one image lie apart: the mean of ‖a_i − b_i‖² on the unit sphere, 0 … 4 (Wang & Isola 2020).
/// Row i of both is image i.
inline double alignment(const matrix& a, const matrix& b) {
  detail::require_rows(a, 1, "alignment"), detail::require_rows(b, 1, "alignment");
  if (a.rows() != b.rows() || a.columns() != b.columns())
    throw argument_error("alignment compares two views of the same images: they have " + std::to_string(a.rows()) +
                         " × " + std::to_string(a.columns()) + " and " + std::to_string(b.rows()) + " × " +
                         std::to_string(b.columns()) + " numbers");
  const detail::unit_vectors u(a), v(b);
  double sum = 0;
  for (std::size_t i = 0; i < u.values.size(); ++i) sum += (u.values[i] - v.values[i]) * (u.values[i] - v.values[i]);
  return sum / double(a.rows());
}

/// How evenly rows cover the unit sphere: log of the mean of exp(−2‖x_i − x_j‖²) over all pairs; lower is more even, 0
/// is collapse (Wang & Isola 2020, t = 2).
inline double uniformity(const matrix& x) {
  detail::require_rows(x, 2, "uniformity");
  double sum = 0, pairs = 0;
  const detail::unit_vectors u(x);
  u.each_pair([&](std::size_t i, std::size_t j, double product) {    // −2‖a − b‖² = −4((a² + b²) / 2 − ab)
    sum += std::exp(-4 * ((u.squares[i] + u.squares[j]) / 2 - product)), ++pairs;
  });
  return std::log(sum / pairs);
}

/// How many dimensions rows use: exp of the entropy of the centered rows' singular values σ_k / Σ σ (Roy & Vetterli
/// 2007). From 1 to min(rows − 1, columns), and 0 where all rows are the same: what does not vary adds nothing.
inline double effective_rank(const matrix& x) {
  detail::require_rows(x, 1, "effective rank");
  std::vector<double> variance = detail::covariance_spectrum(x);    // times rows
  const double most = variance.empty() ? 0 : *std::max_element(variance.begin(), variance.end());
  double sum = 0, entropy = 0, squares = 0;
  for (const float v : std::span(x.data(), x.rows() * x.columns())) squares += double(v) * double(v);
  if (!(most > 1e-13 * squares)) return 0;    // less is rounding
  for (double& v : variance) sum += v = v > 1e-13 * most ? std::sqrt(v) : 0;
  for (const double v : variance)
    if (v > 0) entropy -= v / sum * std::log(v / sum);
  return std::exp(entropy);
}

/// What a contrastive loss without labels meets among its negatives. Similarities are mean cosines over ordered pairs.
struct negatives_report {
  double false_share = 0;            // of the negatives of an anchor that have its class
  double false_similarity = 0;       // of those to their anchor
  double true_similarity = 0;        // of the other negatives
  double positive_similarity = 0;    // of the other views of the anchor's image; 0 with one view
};

/// Every row is an anchor; its negatives are all rows of other images. `z`: (views · images, D), rows i, i + images, …
/// being the views of image i; `labels`: a class for each image.
inline negatives_report false_negatives(const matrix& z, std::span<const int> labels, int views = 1) {
  detail::require_rows(z, 2, "false negatives");
  if (views < 1 || labels.size() * std::size_t(views) != z.rows())
    throw argument_error("false negatives need a label for each image: there are " + std::to_string(z.rows()) +
                         " rows in " + std::to_string(views) + " views, and " + std::to_string(labels.size()) +
                         " labels");
  double sum[3]{}, count[3]{};    // same image, same class, another class
  detail::unit_vectors(z).each_pair([&](std::size_t i, std::size_t j, double cosine) {
    const std::size_t a = i % labels.size(), b = j % labels.size(), kind = a == b ? 0 : labels[a] == labels[b] ? 1 : 2;
    sum[kind] += cosine, ++count[kind];
  });
  const auto mean = [&](int k) { return count[k] > 0 ? sum[k] / count[k] : 0; };
  const double negatives = count[1] + count[2];
  return {negatives > 0 ? count[1] / negatives : 0, mean(1), mean(2), mean(0)};
}

}    // namespace contrastive
