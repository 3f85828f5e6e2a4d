// SPDX-License-Identifier: MIT
// Convolutions and linear layers equal PyTorch: tests/golden/conv2d.py and linear.py made the numbers in float64. They
// are on a coarse grid where a float's sums are exact.
#include <contrastive/nn/conv2d.hpp>
#include <contrastive/nn/linear.hpp>

#include "support/layer_golden.hpp"

namespace ct = contrastive;
using ct::bias, ct::conv2d, ct::features, ct::image, ct::linear;

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

TEST_CASE("linear equals PyTorch") {
  const golden g{"linear"};
  equals<linear<5>, features<3>>(g.of("2_3_5"), exact_sums);
  equals<linear<4, bias::no>, features<1>>(g.of("3_1_4"), exact_sums);
  equals<linear<9, bias::no>, features<33>>(g.of("5_33_9"), exact_sums);
  equals<linear<8>, features<16>>(g.of("1_16_8"), exact_sums);
  equals<linear<10>, features<16>>(g.of("rounded"));
}
