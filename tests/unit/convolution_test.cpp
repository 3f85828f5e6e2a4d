// SPDX-License-Identifier: MIT
// Convolutions and linear layers equal PyTorch: tests/golden/conv2d.py and linear.py made the numbers in float64. They
// are on a coarse grid where a float's sums are exact.
#include <contrastive/nn/conv2d.hpp>
#include <contrastive/nn/linear.hpp>

#include "support/layer_golden.hpp"

namespace ct = contrastive;
using ct::bias, ct::conv2d, ct::features, ct::image, ct::linear, ct::sides;
namespace testing = ct::testing;

TEST_CASE("conv2d equals PyTorch for every kernel, stride, padding and odd size") {
  const golden g{"conv2d"};
  equals<conv2d<2, 1, 1, 0, bias::yes>, image<5, 3, 1>>(g.of("k1_s1_p0_5x3x1"), exact_sums);
  equals<conv2d<4, 1, 2>, image<5, 3, 7>>(g.of("k1_s2_p0_5x3x7"), exact_sums);
  equals<conv2d<4, 3>, image<5, 3, 3>>(g.of("k3_s1_p1_5x3x3"), exact_sums);
  equals<conv2d<3, 3, 2, 1, bias::yes>, image<7, 7, 3>>(g.of("k3_s2_p1_7x7x3"), exact_sums);
  equals<conv2d<2, 3, 3, 2>, image<7, 7, 1>>(g.of("k3_s3_p2_7x7x1"), exact_sums);
  equals<conv2d<2, 3, 2, 0, bias::yes>, image<11, 6, 1>>(g.of("k3_s2_p0_11x6x1"), exact_sums);
  equals<conv2d<2, 7, 2>, image<11, 6, 2>>(g.of("k7_s2_p3_11x6x2"), exact_sums);
  equals<conv2d<2, 2, 2, 0, bias::yes>, image<7, 7, 2>>(g.of("k2_s2_p0_7x7x2"), exact_sums);
  equals<conv2d<3, 2, 1, 1>, image<5, 3, 1>>(g.of("k2_s1_p1_5x3x1"), exact_sums);
  equals<conv2d<2, 3, 1, 1, bias::yes>, image<5, 3, 2>>(g.of("rounded"));
}

namespace {

/// The weights of a Rows × Across kernel in the middle of a square one, which is zero elsewhere; back: only those.
template <int Side, int Rows, int Across>
std::vector<double> in_the_middle(const std::vector<double>& weight, int channels, bool back) {
  const std::size_t filters = weight.size() / std::size_t(channels * (back ? Side * Side : Rows * Across));
  std::vector<double> to(filters * std::size_t(channels * (back ? Rows * Across : Side * Side)));
  for (std::size_t k = 0; k < filters; ++k)
    for (int r = 0; r < Rows; ++r)
      for (int s = 0; s < Across; ++s)
        for (int c = 0; c < channels; ++c) {
          const auto small = ((k * Rows + std::size_t(r)) * Across + std::size_t(s)) * std::size_t(channels) +
                             std::size_t(c);
          const auto large = ((k * Side + std::size_t(r + (Side - Rows) / 2)) * Side +
                              std::size_t(s + (Side - Across) / 2)) *
                                 std::size_t(channels) +
                             std::size_t(c);
          to[back ? small : large] = weight[back ? large : small];
        }
  return to;
}

/// y, dx and dweight of both.
template <int Side, int Rows, int Across, int Stride, class In>
void is_a_square_with_zeros() {
  testing::trial<device, conv2d<4, sides{Rows, Across}, Stride>, In> narrow(shared_device(), 3);
  testing::trial<device, conv2d<4, Side, Stride>, In> square(shared_device(), 3);
  const auto weight = testing::normal_numbers(narrow.parameters().front().second.size(), 1);
  narrow.set("weight", weight);
  square.set("weight", in_the_middle<Side, Rows, Across>(weight, In::channels, false));
  const auto x = testing::normal_numbers(3 * In::size, 2);
  const auto y = narrow.forward(x);
  CHECK(relative_rms(y, square.forward(x)) < tolerance::sums);
  const auto dy = testing::normal_numbers(y.size(), 3);
  CHECK(relative_rms(narrow.backward(dy), square.backward(dy)) < tolerance::sums);
  CHECK(relative_rms(narrow.gradients().front().second,
                     in_the_middle<Side, Rows, Across>(square.gradients().front().second, In::channels, true)) <
        tolerance::sums);
}

}    // namespace

TEST_CASE("a kernel of two sides is a square one with zeros around it") {
  is_a_square_with_zeros<5, 1, 5, 1, image<6, 9, 3>>();
  is_a_square_with_zeros<5, 3, 5, 1, image<7, 6, 33>>();
  is_a_square_with_zeros<3, 3, 1, 2, image<7, 6, 40>>();
}

TEST_CASE("along a signal a convolution keeps its one row") {
  using signal = image<1, 20, 2>;
  static_assert(std::is_same_v<conv2d<8, sides{1, 5}>::output<signal>, image<1, 20, 8>>);
  static_assert(std::is_same_v<conv2d<8, sides{1, 5}, 2>::output<signal>, image<1, 10, 8>>);
  static_assert(std::is_same_v<conv2d<8, sides{1, 5}, 1, 0>::output<signal>, image<1, 16, 8>>);
  static_assert(ct::Takes<conv2d<8, sides{1, 5}>, signal> && !ct::Takes<conv2d<8, 5, 1, 0>, signal>);
  static_assert(std::is_same_v<conv2d<8, 3>, conv2d<8, sides{3, 3}, 1, sides{1, 1}>>);
}

TEST_CASE("linear equals PyTorch") {
  const golden g{"linear"};
  equals<linear<5>, features<3>>(g.of("2_3_5"), exact_sums);
  equals<linear<4, bias::no>, features<1>>(g.of("3_1_4"), exact_sums);
  equals<linear<9, bias::no>, features<33>>(g.of("5_33_9"), exact_sums);
  equals<linear<8>, features<16>>(g.of("1_16_8"), exact_sums);
  equals<linear<10>, features<16>>(g.of("rounded"));
}
