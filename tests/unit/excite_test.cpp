// SPDX-License-Identifier: MIT
// Images that excite units: their slope, that they excite, their bits, and that the encoder stays what it was.
#include <contrastive/data/memory.hpp>
#include <contrastive/excite/activations.hpp>
#include <contrastive/excite/class_directions.hpp>
#include <contrastive/excite/excite.hpp>
#include <contrastive/loss/nt_xent.hpp>
#include <contrastive/models/mlp.hpp>
#include <contrastive/models/resnet.hpp>
#include <contrastive/train/pipeline.hpp>

#include "support/backend_under_test.hpp"
#include "support/catch.hpp"
#include "support/tolerance.hpp"

using namespace contrastive;

namespace {

using block = residual<sequential<conv2d<4, 3>, batch_norm>>;
using net = sequential<named<"stem", sequential<conv2d<4, 3>, batch_norm, relu>>, named<"block", block>, relu,
                       conv2d<5, 3, 2>, batch_norm, global_average_pool>;
template <class Device, int Channels>
using small = pipeline<Device, image<8, 8, Channels>, views<normalize>, net, mlp<4>, nt_xent>;

template <class Device, int Channels>
small<Device, Channels> model_on(Device& device) {
  typename small<Device, Channels>::settings s{.seed = 3};
  s.views = {normalize::config{.mean = 0.3, .deviation = 0.4}};
  return {s, device};
}
excite_settings few(int steps) {
  excite_settings s{.steps = steps};
  s.seed = 5;
  return s;
}

}    // namespace

TEST_CASE("images, activations and curves are the reference's within rounding, for every aim and way to paint") {
  reference oracle;
  const auto here = model_on<device, 3>(shared_device()).freeze();
  const auto there = model_on<reference, 3>(oracle).freeze();
  const auto agree = [](const excited& a, const excited& b) {
    CHECK(max_abs_difference(std::span(a.images.data(), a.images.rows() * a.images.columns()),
                             std::span(b.images.data(), b.images.rows() * b.images.columns())) < 1e-3);
    CHECK(relative_rms(a.activation, b.activation) < 1e-3);
  };
  const aim::channels some = aim::channels::first(2);
  agree(excite<5>(here, some, few(3)), excite<5>(there, some, few(3)));
  agree(excite<7, paint::pixel>(here, some, few(3)), excite<7, paint::pixel>(there, some, few(3)));
}
