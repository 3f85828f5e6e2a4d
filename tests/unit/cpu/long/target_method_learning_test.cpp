// SPDX-License-Identifier: MIT
// Methods with targets learn from real images: neighbors beside those of an encoder that knows nothing.
#include "support/learning.hpp"

#include <contrastive/methods/byol.hpp>
#include <contrastive/methods/moco_v3.hpp>
#include <contrastive/methods/nnclr.hpp>
#include <contrastive/methods/simsiam.hpp>

using namespace learning_test;

namespace {

using head = ct::mlp_bn<256, 64>;
using predictor = ct::mlp_bn<128, 64>;
// the paper's projection: batch-norm after its last layer too
using siamese_head = ct::sequential<ct::linear<128, ct::bias::no>, ct::batch_norm, ct::relu,
                                    ct::linear<128, ct::bias::no>, ct::batch_norm>;

}    // namespace

TEST_CASE("BYOL lifts the accuracy of nearest neighbors on images that it has not seen", "[slow][long]") {
  using byol = fashion<head, ct::byol<predictor>>;
  auto s = recipe<byol>(0.12);
  s.method.momentum = {0.97, 1};
  s.view_passes = ct::passes::each_view;
  const auto [before, after] = learned<byol>(s);
  CHECK(after >= before + 2);    // 74.3 after 71.3 with AVX-512
}

TEST_CASE("MoCo v3 lifts the accuracy of nearest neighbors on images that it has not seen", "[slow][long]") {
  using moco = fashion<head, ct::moco_v3<predictor>>;
  auto s = recipe<moco>(0.12);
  s.method.momentum = {0.97, 1};
  const auto [before, after] = learned<moco>(s);
  CHECK(after >= before + 2);    // 76.6
}

TEST_CASE("NNCLR lifts the accuracy of nearest neighbors on images that it has not seen", "[slow][long]") {
  using neighbors = fashion<head, ct::nnclr<predictor, 2048>>;
  const auto [before, after] = learned<neighbors>(recipe<neighbors>(0.12));
  CHECK(after >= before + 2);    // 77.5
}

TEST_CASE("FastSiam lifts the accuracy of nearest neighbors on images that it has not seen", "[slow][long]") {
  using four_views =
      ct::n_views<4, ct::random_resized_crop<>, ct::horizontal_flip, ct::intensity_jitter, ct::normalize>;
  using siam = fashion<siamese_head, ct::simsiam<ct::mlp_bn<32, 128>>, four_views>;
  const auto [before, after] = learned<siam>(recipe<siam>(0.12));
  CHECK(after >= before + 2);    // 77.2
}
