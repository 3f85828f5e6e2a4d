// SPDX-License-Identifier: MIT
#pragma once
// The one table of tolerances: how far a result may be from its oracle, and why so far.
//
// ε, half a unit in the last place, is 6e-8 for float and 1.1e-16 for double. A sum of n products is wrong by about
// ε·√n times the root mean square of its terms, so relative_rms hardly grows with a layer's size; a maximum does.
// "PyTorch:" is what PyTorch itself reaches in float on the golden values. A gradient that is 0 but for rounding (cases
// two_rows of batch_norm, 3_1 of l2_normalize, collapsed, one_class_in) has no relative error: bound its maximum.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <limits>

namespace tolerance {

// Double against double: relative_rms.
/// Central differences with step h = 1e-5: truncation h²/6·f''' = 2e-11·f''', rounding 1.1e-16/h = 1e-11·f.
inline constexpr double finite_differences = 1e-7;
/// The same through a whole net with batch normalization, where f''' is larger.
inline constexpr double finite_differences_of_net = 1e-6;
/// `reference` against PyTorch in float64: only the order of sums differs.
inline constexpr double golden_double = 1e-12;
/// The same for whole encoders, for batch_norm's far_mean and at τ = 0.01: they multiply an error by up to 1e4.
inline constexpr double golden_double_ill_conditioned = 1e-10;
/// The learning rate of a step: one cosine and two products in double.
inline constexpr double schedule = 1e-14;

// Float against double: relative_rms.
/// Convolutions and linear layers on golden inputs: products and partial sums are exact in float, in any order.
inline constexpr double exact = 0;
/// map: a few roundings per element, functions right to 2 ε. PyTorch: 1.2e-7.
inline constexpr double map = 3e-7;
/// reduce and gemm: up to some thousand terms, added in blocks.
inline constexpr double sums = 1e-6;
/// The output of one layer: one sum, then a few roundings. PyTorch: 9e-8.
inline constexpr double exact_layer_float = 1e-6;
/// A layer's gradients: two or three sums, some with cancellation (batch normalization). PyTorch: 2.4e-7.
inline constexpr double layer_gradient_float = 2e-6;
/// batch_norm where the mean is far from 0 (64 deviations): 64 roundings of one ε. PyTorch: 1.8e-6.
inline constexpr double far_mean = 6e-6;
/// Running means and variances after some batches. PyTorch: 1.2e-7.
inline constexpr double running_statistics = 1e-6;
/// Residual blocks: three or four layers deep, forward and back. PyTorch: 8e-7.
inline constexpr double block_float = 4e-6;
/// Winograd F(4×4, 3×3): its transforms multiply rounding errors by about ten.
inline constexpr double winograd_float = 1e-5;
/// Encoders of width 8 and up to twenty layers, against the reference: outputs and statistics, then gradients. The worst
/// backend: 2e-6 and 3.5e-6.
inline constexpr double small_network_float = 4e-6;
inline constexpr double small_network_gradient_float = 1e-5;
/// The same with Winograd where it pays, as a factor: the sets round otherwise. ResNet-18 has 4.1e-6 and 1.03e-5 with AVX2, 4.3e-6
/// and 1.44e-5 with the portable set; with Winograd forbidden and AVX2 1.1e-6 and 2.7e-6.
inline constexpr double winograd_share = 1.5;
/// Whole encoders: every layer adds its error to what it passes on. PyTorch: 3e-6 (ResNet-34), 3e-5 (ResNet-50).
inline constexpr double encoder_float = 2e-4;
/// Their gradients: twice the depth, and a relu near 0 may choose the other side. PyTorch: 8e-6 and 1.5e-4.
inline constexpr double encoder_gradient_float = 1e-3;
/// Parameters and momentum after three steps. PyTorch: 5e-7.
inline constexpr double optimizer_float = 4e-6;

// Losses, float against double.
/// A value, by relative_difference: similarities are right to ε and divided by τ. PyTorch: 1.2e-7, τ ≥ 0.01.
inline constexpr double loss = 1e-6;
/// The same, absolute, where similarities are in float: a cosine's error of 2 · 2⁻²⁴, times 1/τ.
inline constexpr double loss_of_rounded(double temperature) { return 1.2e-7 / temperature; }
/// A gradient, relative_rms: a similarity's error, times 1/τ. PyTorch: 2e-7 at τ = 0.5, 1.6e-6 at 0.01.
inline constexpr double gradient(double temperature) { return 1e-6 + 1e-7 / temperature; }
/// Mean similarities, absolute. Accuracy is a quotient of counts and gets the same. PyTorch: 2.2e-7.
inline constexpr double measures = 1e-6;

// Images in [0, 1], max_abs_difference.
/// A hundredth of a gray level, for every backend against the reference and for all against torchvision in float64.
inline constexpr double augmentation = 0.01 / 255;
/// The same after normalize, which divides by the deviation.
inline constexpr double augmentation_over(double deviation) { return augmentation / deviation; }

/// Figures of an evaluation against scikit-learn and numpy in float64: a regression stops near its minimum.
inline constexpr double evaluation = 1e-6;
/// t-SNE's cost and gradient: scikit-learn finds the width of each row's Gaussian to 1e-5, from distances in float.
inline constexpr double tsne = 1e-5;

// Training.
/// The losses of 50 SimCLR steps on every backend, by relative_difference: errors grow from step to step.
inline constexpr double trajectory = 1e-3;
/// The losses of 8 steps at rates near 1e-4, where errors hardly grow, as a share of the loss or of 1. The worst backend: 1e-6.
inline constexpr double few_steps = 5e-6;

}    // namespace tolerance

/// The largest |a − b|; infinite when the sizes differ or a value is not a number.
template <class A, class B>
double max_abs_difference(const A& a, const B& b) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (std::size(a) != std::size(b)) return infinity;
  double worst = 0;
  for (std::size_t i = 0; i < std::size(a); ++i) {
    double difference = std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i]));
    worst = std::isnan(difference) ? infinity : std::max(worst, difference);
  }
  return worst;
}

/// √(Σ (a − b)² / Σ b²), b being the oracle; 0 when they are equal, infinite when only b is all zero, when the sizes
/// differ or a value is not a number.
template <class A, class B>
double relative_rms(const A& a, const B& b) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (std::size(a) != std::size(b)) return infinity;
  double error = 0, scale = 0;
  for (std::size_t i = 0; i < std::size(b); ++i) {
    double expected = static_cast<double>(b[i]), difference = static_cast<double>(a[i]) - expected;
    error += difference * difference;
    scale += expected * expected;
  }
  if (error <= 0) return 0;
  double ratio = std::sqrt(error / scale);
  return std::isfinite(ratio) ? ratio : infinity;
}

/// |a − b| relative to the oracle b, or to 1 where b is smaller; infinite when one is not finite.
inline double relative_difference(double a, double b) {
  double difference = std::abs(a - b) / std::max(1.0, std::abs(b));
  return std::isfinite(difference) ? difference : std::numeric_limits<double>::infinity();
}
