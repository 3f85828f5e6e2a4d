// SPDX-License-Identifier: MIT
// Images that excite units: their slope, that they excite, their bits, and that the encoder stays what it was.
#include <contrastive/backend/reference.hpp>
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
  excite_settings s{.steps = steps, .noise = 0.1, .starts = 1};
  s.seed = 5;
  return s;
}

}    // namespace

TEST_CASE("images and activations are the reference's within rounding, for every aim and way to paint") {
  reference oracle;
  const auto here = model_on<device, 3>(shared_device()).freeze();
  const auto there = model_on<reference, 3>(oracle).freeze();
  const auto agree = [](const excited& a, const excited& b) {
    const auto values = [](const matrix& m) { return std::span(m.data(), m.rows() * m.columns()); };
    CHECK(max_abs_difference(values(a.images), values(b.images)) < tolerance::trajectory);
    CHECK(max_abs_difference(a.activation, b.activation) < tolerance::trajectory);
    CHECK(max_abs_difference(values(a.curve), values(b.curve)) < tolerance::trajectory);
  };
  const aim::channels some = aim::channels::first(2);
  agree(excite<5>(here, some, few(4)), excite<5>(there, some, few(4)));
  const aim::neurons places{{{.channel = 3}, {.channel = 1, .row = 0, .column = 3}}};
  agree(excite<6, paint::pixel>(here, places, few(4)), excite<6, paint::pixel>(there, places, few(4)));
  matrix rows(1, 5);
  for (std::size_t c = 0; c < 5; ++c) rows(0, c) = float(c) - 1.5f;
  agree(excite<8>(here, aim::directions{rows}, few(4)), excite<8>(there, aim::directions{rows}, few(4)));
}

TEST_CASE("the same seed gives the same images bit for bit, some at a time or all; another seed others") {
  const auto encoder = model_on<device, 1>(shared_device()).freeze();
  auto s = few(5);
  const excited once = excite<3>(encoder, aim::channels::first(4), s),
                again = excite<3>(encoder, aim::channels::first(4), s);
  CHECK(once.images == again.images);
  CHECK(once.activation == again.activation);
  s.images_at_once = 3;
  const excited parted = excite<3>(encoder, aim::channels::first(4), s);
  CHECK(max_abs_difference(parted.activation, once.activation) < tolerance::trajectory);
  s.seed = 6;
  CHECK(!(excite<3>(encoder, aim::channels::first(4), s).images == once.images));
  CHECK(excite<3>(encoder, aim::channels{}, s).images.rows() == 0);
}

TEST_CASE("of several starts the best image is kept") {
  const auto encoder = model_on<device, 1>(shared_device()).freeze();
  auto s = few(6);
  s.starts = 1;
  const auto one = excite<3>(encoder, aim::channels::first(4), s);
  s.starts = 3;
  const auto best = excite<3>(encoder, aim::channels::first(4), s);
  int others = 0;
  for (std::size_t u = 0; u < 4; ++u) {
    CHECK(best.activation[u] >= one.activation[u]);
    others += !std::ranges::equal(best.images.row(u), one.images.row(u));
  }
  CHECK(others > 0);
}

TEST_CASE("images climb, and the encoder stays what it was") {
  const auto encoder = model_on<device, 1>(shared_device()).freeze();
  const auto weights = [&] {
    std::vector<device::element> all;
    const auto own = encoder.slots();
    const auto add = [&](const auto&, const auto& p) {
      const auto v = operand_of(p);
      std::vector<device::element> host(v.size());
      encoder.device().download(host.data(), v.data, host.size());
      all.insert(all.end(), host.begin(), host.end());
    };
    contrastive::visit<net>(add, no_path{}, own.params);
    contrastive::visit<net>(add, no_path{}, own.state);
    return all;
  };
  const auto before = weights();
  const excited begun = excite<7>(encoder, aim::channels::first(5), few(0));
  const excited seen = excite<7>(encoder, aim::channels::first(5), few(30));
  for (std::size_t u = 0; u < 5; ++u) CHECK(seen.activation[u] > begun.activation[u]);
  CHECK(weights() == before);
  const excited last = excite_last_maps(encoder, 5, few(30));
  CHECK(last.images == seen.images);
}

TEST_CASE("an image's activation is what a data set's images of these pixels have") {
  const auto encoder = model_on<device, 1>(shared_device()).freeze();
  const auto units = aim::channels::first(4);
  const excited seen = excite<5>(encoder, units, few(8));
  std::vector<std::uint8_t> pixels;
  for (std::size_t i = 0; i < 4 * 64; ++i) pixels.push_back(std::uint8_t(std::lround(255 * seen.images.data()[i])));
  const memory_images<image<8, 8, 1>> data{pixels};
  const matrix found = activations<5>(encoder, units, data, 3);
  for (std::size_t u = 0; u < 4; ++u) CHECK(std::abs(double(found(u, u)) - seen.activation[u]) < 0.02);
  CHECK(encoder.embed(data).rows() == 4);
}

TEST_CASE("a unit that is silent at the start is woken by redirection, and stays silent without it") {
  using silent = sequential<conv2d<2, 3, 1, 1, bias::yes>, relu, global_average_pool>;
  pipeline<device, image<8, 8, 1>, views<normalize>, silent, mlp<4>, nt_xent> model{
      {.seed = 1, .views = {normalize::config{.mean = 0.5, .deviation = 0.25}}}, shared_device()};
  model.net().each_parameter([&](const path&, auto& p, auto&) {
    if (p.what != role::bias || operand_of(p).size() != 2) return;
    const device::element below[]{device::element(-0.2), device::element(-0.2)};
    model.device().upload(p.data, below, 2);
  });
  const auto encoder = model.freeze();
  auto s = few(40);
  s.noise = 0.01, s.total_variation = 0, s.optimizer.weight_decay = 0;    // nothing else moves the image
  s.redirected_steps = 0;
  for (const double a : excite<2>(encoder, aim::channels::first(2), s).activation) CHECK(std::abs(a) < 1e-12);
  s.redirected_steps = 16;
  const excited woken = excite<2>(encoder, aim::channels::first(2), s);
  for (std::size_t u = 0; u < 2; ++u) {
    CHECK(std::abs(woken.curve(u, 0)) < 1e-12f);
    CHECK(woken.activation[u] > 0.01);
  }
}

TEST_CASE("layers are listed as excite counts them, a block as one") {
  const auto all = layers_of(model_on<device, 3>(shared_device()).freeze());
  REQUIRE(all.size() == 8);
  CHECK(all[0].path == "stem.0");
  CHECK(all[3].path == "block");
  CHECK((all[5].depth == 6 && all[5].height == 4 && all[5].channels == 5));
  CHECK((all[7].path == "5" && all[7].height == 1));
}

TEST_CASE("what the layer has not, and settings out of range, are one sentence each") {
  const auto encoder = model_on<device, 1>(shared_device()).freeze();
  CHECK_THROWS_WITH(excite<3>(encoder, aim::channels{{4}}),
                    "an image is to excite channel 4 of a layer that has 4 of them, counted from 0");
  CHECK_THROWS_WITH(excite<3>(encoder, aim::neurons{{{.channel = 0, .row = 8}}}),
                    "an image is to excite row 8 of a layer that has 8 of them, counted from 0");
  CHECK_THROWS_WITH(excite<8>(encoder, aim::directions{matrix(1, 4)}),
                    "a direction of this layer has 5 numbers; found 4");
  CHECK_THROWS_WITH(excite<8>(encoder, aim::directions{matrix(1, 5)}),
                    "a direction has a finite length above 0; row 0 has not");
  CHECK_THROWS_AS(excite<3>(encoder, aim::channels{{0}}, {.steps = -1}), argument_error);
  CHECK_THROWS_AS(excite<3>(encoder, aim::channels{{0}}, {.look = {.scale = {0, 1}}}), argument_error);
  CHECK_THROWS_AS(excite<3>(encoder, aim::channels{{0}}, {.total_variation = -1}), argument_error);
}

TEST_CASE("a class lies where its mean features differ from the mean of all") {
  matrix values(4, 2);
  for (std::size_t r = 0; r < 4; ++r) values(r, r / 2) = float(r + 1);
  const matrix found = class_directions({values, {0, 0, 1, 1}, 3});
  CHECK(std::abs(found(0, 0) - 0.75f) < 1e-6f);
  CHECK(std::abs(found(0, 1) + 1.75f) < 1e-6f);
  CHECK(std::abs(found(1, 1) - 1.75f) < 1e-6f);
  CHECK(std::abs(found(2, 0)) + std::abs(found(2, 1)) < 1e-12f);
}
