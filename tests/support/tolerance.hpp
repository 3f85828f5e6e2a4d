// SPDX-License-Identifier: MIT
#pragma once
// The one table of tolerances: what a result may differ from its oracle, and why so much.
//
// ε is half a unit in the last place: 6e-8 for float, 1.1e-16 for double. A sum of n products whose rounding errors are
// independent is wrong by about ε·√n of its terms' root mean square; relative_rms measures exactly that ratio, so its bounds
// hardly grow with the size of a layer, while a maximum over many values does.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <limits>

namespace tolerance {

// Double against double.
/// Central differences with step h = 1e-5: the truncation is h²/6 · f''' = 2e-11 · f''', the rounding ε/h = 1e-11 · f.
inline constexpr double finite_differences = 1e-7;
/// The same through a whole net with a batch normalization, where f''' is larger.
inline constexpr double finite_differences_of_net = 1e-6;
/// `reference` against PyTorch in float64, relative rms: both are right to some ε; only the order of sums differs.
inline constexpr double golden_double = 1e-12;
/// The same behind a normalization of nearly equal values or at τ = 0.01, which multiply the error by up to 1e3.
inline constexpr double golden_double_ill_conditioned = 1e-10;
/// Numbers of the schedule: one cosine and two products in double.
inline constexpr double schedule = 1e-14;

// Float against double: relative rms.
/// Sums whose terms and partial sums are exact in float (golden inputs on a coarse grid): every right kernel is exact.
inline constexpr double exact = 0;
/// map: a few roundings per element, functions right to 2 ε.
inline constexpr double map = 3e-7;
/// reduce and gemm: ε·√n with n up to some thousand terms added in blocks.
inline constexpr double sums = 1e-6;
/// The output of one layer: one sum, then a few roundings.
inline constexpr double exact_layer_float = 1e-6;
/// A layer's gradients: two or three sums one after the other, some with cancellation (batch normalization).
inline constexpr double layer_gradient_float = 4e-6;
/// Outputs of a block or net of some ten layers; each adds its own error to what it passes on.
inline constexpr double net_float = 1e-5;
/// Gradients through such a net: twice the depth.
inline constexpr double net_gradient_float = 3e-5;
/// Convolutions by Winograd F(4×4, 3×3): its transforms multiply rounding errors by about ten.
inline constexpr double winograd_float = 1e-5;
/// Running mean and variance after some batches.
inline constexpr double running_statistics = 2e-6;
/// Parameters and momentum after three steps: gradients' errors times a small rate.
inline constexpr double optimizer_float = 4e-6;

// Losses: relative to max(1, value), float against double.
/// Log-sum-exp at τ: similarities are right to ε and divided by τ, so ε/τ · √2 of the value, 1e-5 at τ = 0.01.
inline constexpr double loss(double temperature = 0.5) { return 4e-7 + 1e-7 / temperature; }
/// Gradient of a pairwise loss, relative rms: the weights' exp multiplies the similarity's error ε by 1/τ.
inline constexpr double gradient(double temperature = 0.5) { return 2e-6 + 2e-7 / temperature; }
/// Accuracy and mean similarities: the accuracy has no rounding, the similarities are sums.
inline constexpr double measures = 1e-6;

// Images in [0, 1]: largest difference.
/// Every backend, and torchvision with the same parameters: a hundredth of a gray level. Float needs a tenth of that.
inline constexpr double augmentation = 0.01 / 255;
/// The same after normalize, whose division by the deviation enlarges it.
inline constexpr double normalized_augmentation(double deviation) { return augmentation / deviation; }

// Training.
/// The losses of 50 SimCLR steps across all backends, relative: errors grow from step to step.
inline constexpr double trajectory = 1e-3;

}    // namespace tolerance

/// The largest |a − b|; infinite when the sizes differ, and when a value is not a number.
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

/// √(Σ (a − b)² / Σ b²), b being the oracle; 0 when both are all zero, infinite when only b is, when the sizes differ, and
/// when a value is not a number.
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
  if (error == 0) return 0;
  double ratio = std::sqrt(error / scale);
  return std::isfinite(ratio) ? ratio : infinity;
}

/// |a − b| relative to the oracle b, or to 1 where b is smaller.
inline double relative_difference(double a, double b) {
  double difference = std::abs(a - b) / std::max(1.0, std::abs(b));
  return std::isfinite(difference) ? difference : std::numeric_limits<double>::infinity();
}
