// SPDX-License-Identifier: MIT
// How a run is doing, in a word: each of them provoked, the same after a stop, and whatever the loss.
#include <contrastive/augment/gaussian_noise.hpp>
#include <contrastive/backend/reference.hpp>
#include <contrastive/loss/cross_entropy.hpp>
#include <contrastive/loss/nt_xent.hpp>
#include <contrastive/methods/simsiam.hpp>
#include <contrastive/train/callbacks/checkpoints.hpp>
#include <contrastive/train/pipeline.hpp>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

#include <cmath>

namespace ct = contrastive;
using catch_shim::Approx;

namespace {

struct rows {
  using sample = ct::table<6>;
  std::size_t size() const { return 64; }
  int classes() const { return 3; }
  int label_at(std::size_t i) const { return int(i % 3); }
  void read(std::size_t i, std::span<float> to) const {
    for (std::size_t k = 0; k < to.size(); ++k) to[k] = std::sin(float(i * 7 + k * k));
  }
};

using two_views = ct::views<ct::gaussian_noise>;
using encoder = ct::sequential<ct::linear<8, ct::bias::no>, ct::batch_norm, ct::relu>;
template <class Views, class Head, class X>
using model = ct::pipeline<ct::reference, ct::table<6>, Views, encoder, Head, X>;
using head = ct::sequential<ct::linear<4>>;
using simclr = model<two_views, head, ct::nt_xent>;
using siam = model<two_views, head, ct::simsiam<ct::sequential<ct::linear<4>>>>;
using classifier = model<ct::n_views<1>, ct::sequential<ct::linear<3>>, ct::cross_entropy>;

/// SimSiam without what it stands on: the gradient goes back through both views.
struct without_a_stop {
  struct config {
    static constexpr void members(auto&&, auto&...) {}
  };
  static constexpr int views_needed = 2;
  template <class S>
  struct on : ct::parts<S> {
    ct::learner<S> online{*this};
    ct::scratchpad<S, ct::negative_cosine::memory<typename S::device, 4>> memory{*this, 1};
    ct::figures<S, "first", "cosine", "second", "cosine_too"> figure{*this};

    ct::loss_report step(auto& m) {
      const auto& z = online.forward(m, m.views);
      for (int v = 0; v < 2; ++v)
        ct::negative_cosine::evaluate(m, {.weight = 0.5}, *memory, ct::detail::figures_from{figure, 2 * v},
                                      m.view(z, v), m.view(z, 1 - v), m.view(online.dy(), v));
      const auto found = figure.read();
      online.backward(m);
      online.update(m);
      return m.checked({.value = found[0] + found[2]});
    }
  };
};
using collapsing = model<two_views, head, without_a_stop>;

struct listener {
  std::vector<ct::epoch_info> heard{};
  void on_epoch(const ct::epoch_info& i) { heard.push_back(i); }
};
template <class Pipeline>
ct::fit_result trained(const typename Pipeline::settings& s, int epochs) {
  Pipeline pipeline{s};
  return pipeline.fit(rows{}, {.epochs = epochs, .batch = 32});
}

}    // namespace

TEST_CASE("a verdict follows from loss, chance level and spread") {
  CHECK(ct::verdict_of(1, 2, 1) == ct::verdict::learning);
  CHECK(ct::verdict_of(1.97, 2, 1) == ct::verdict::learning);
  CHECK(ct::verdict_of(1.99, 2, 1) == ct::verdict::not_learning);
  CHECK(ct::verdict_of(5, 2, 1) == ct::verdict::not_learning);
  CHECK(ct::verdict_of(-1, -2, 1) == ct::verdict::not_learning);
  CHECK(ct::verdict_of(300, 0, 0.5) == ct::verdict::learning);    // no level is known
  CHECK(ct::verdict_of(2, 2, 0.04) == ct::verdict::collapsed);
  CHECK(ct::verdict_of(-1, 0, 0.06) == ct::verdict::learning);
  CHECK(ct::verdict_of(1, 2, -1) == ct::verdict::learning);    // no rows to compare
}

TEST_CASE("rows that point everywhere have a spread of 1, rows of one direction none") {
  using numbers = std::vector<double>;
  CHECK(ct::detail::spread_of<2>(numbers{3, 0, -5, 0, 0, 1, 0, -0.1}) == Approx(1));
  CHECK(ct::detail::spread_of<2>(numbers{1, 1, 7, 7, 1e-100, 1e-100}) == Approx(0).margin(1e-7));
  CHECK(ct::detail::spread_of<2>(numbers{2, 0, 0, 9}) == Approx(std::sqrt(0.5)));
  CHECK(ct::detail::spread_of<2>(numbers{0, 0, 0, 0}) == Approx(1));
  CHECK(ct::detail::spread_of<2>(numbers{}) == -1);
}

TEST_CASE("SimCLR and SimSiam learn") {
  const auto one = trained<simclr>({}, 4);
  CHECK(one.says == ct::verdict::learning);
  CHECK(one.spread > 0.5);
  CHECK(trained<siam>({.optimizer = {.learning_rate = 0.01}}, 4).says == ct::verdict::learning);
}

TEST_CASE("a loss that stays at its chance level does not learn") {
  CHECK(trained<simclr>({.loss = {.temperature = 100}}, 2).says == ct::verdict::not_learning);
  CHECK(trained<classifier>({.optimizer = {.learning_rate = 0}}, 2).says == ct::verdict::not_learning);
  CHECK(trained<classifier>({}, 30).says == ct::verdict::learning);
}

TEST_CASE("without the stopped gradient two views agree on one answer for all: collapsed, at the least loss") {
  const auto found = trained<collapsing>(
      {.views = {ct::gaussian_noise::config{.deviation = 2}}, .optimizer = {.learning_rate = 0.5}}, 200);
  CHECK(found.loss < -0.99);
  CHECK(found.spread < 0.05);
  CHECK(found.says == ct::verdict::collapsed);
}

TEST_CASE("callbacks hear it after each epoch, and a resumed run says what one that never stopped says") {
  const temporary_folder folder;
  listener straight, pieces;
  simclr one{{}}, other{{}};
  const ct::fit_options options{.epochs = 3, .batch = 32};
  const auto result = one.fit(rows{}, options, straight);
  struct stop_after {
    int step;
    ct::control on_step(const ct::step_info& i) const {
      return i.step >= step ? ct::control::stop : ct::control::go_on;
    }
  };
  const auto early = other.fit(rows{}, options, pieces, stop_after{0}, ct::checkpoints{folder.path()});
  CHECK(early.says == ct::verdict::unknown);    // within the first epoch
  CHECK(other.fit(rows{}, options, pieces, stop_after{2}, ct::checkpoints{folder.path()}).says != ct::verdict::unknown);
  const auto late = other.fit(rows{}, options, pieces, ct::checkpoints{folder.path()});
  CHECK(late.spread == result.spread);
  CHECK(late.says == result.says);
  REQUIRE(straight.heard.size() == 3);
  REQUIRE(pieces.heard.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(pieces.heard[i].spread == straight.heard[i].spread);
    CHECK(pieces.heard[i].says == straight.heard[i].says);
  }
  CHECK(result.spread == straight.heard.back().spread);
}
