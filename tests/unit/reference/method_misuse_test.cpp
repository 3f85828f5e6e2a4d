// SPDX-License-Identifier: MIT
// What a method of several parts may do wrong in its step or declare wrongly: one sentence each, and memory that stays whole.
#include <contrastive/augment/gaussian_noise.hpp>
#include <contrastive/backend/reference.hpp>
#include <contrastive/models/mlp.hpp>
#include <contrastive/train/pipeline.hpp>

#include "support/catch.hpp"

#include <cmath>
#include <limits>
#include <map>

namespace ct = contrastive;

namespace {

struct rows {
  using sample = ct::table<6>;
  std::size_t size() const { return 32; }
  void read(std::size_t i, std::span<float> to) const {
    for (std::size_t k = 0; k < to.size(); ++k) to[k] = std::sin(float(i * 7 + k * k));
  }
};

enum class deed {
  nothing,
  twin_of_more_rows,
  twin_of_no_rows,
  learner_of_more_rows,
  view_beyond,
  view_of_odd_rows,
  figure_beyond,
  backward_twice,
  update_before_backward,
  update_twice,
  second_loss_not_finite,
};

/// Two learners, a twin and two draws; does one thing wrong at step `at`.
struct does {
  struct config {
    deed what = deed::nothing;
    int at = 0;
    static constexpr void members(auto&&, auto&...) {}
  };
  static constexpr int views_needed = 2;
  template <class S>
  struct on : ct::parts<S> {
    ct::figures<S, "distance"> without_a_name{*this};
    ct::learner<S> online{*this};
    ct::learner<S, ct::linear<4>, ct::features<4>> predictor{*this, "predictor"};
    ct::twin<S> target{*this, "target", online};
    ct::noise<S, 3> one{*this}, other{*this};
    ct::ring<S, 16, 3> early{*this, "early"}, late{*this, "late"};
    ct::scratchpad<S, ct::pack<ct::tensor<typename S::device, typename S::input>>> many{*this, 3};

    ct::loss_report step(auto& m) {
      const auto does = [&, now = m.at.step == m.settings.method.at](deed d) {
        return now && m.settings.method.what == d;
      };
      auto none = m.views;
      none.rows = 0;
      if (does(deed::twin_of_more_rows)) target.forward(m, part<0>(*many));
      if (does(deed::twin_of_no_rows)) target.forward(m, none);
      if (does(deed::learner_of_more_rows)) online.forward(m, part<0>(*many));
      if (does(deed::view_beyond)) m.view(m.views, 2);
      if (does(deed::view_of_odd_rows)) none.rows = 5, m.view(none, 0);
      if (does(deed::figure_beyond)) without_a_name[1];
      if (does(deed::update_before_backward)) online.update(m);

      const auto& p = predictor.forward(m, online.forward(m, m.views));
      const auto& t = target.forward(m, m.views);
      map(m, predictor.dy(), (p - t) * (1. / p.rows));
      predictor.backward(m, online.dy());
      predictor.update(m);
      if (does(deed::second_loss_not_finite)) m.checked({.value = std::numeric_limits<double>::infinity()});
      online.backward(m);
      if (does(deed::backward_twice)) online.backward(m);
      online.update(m);
      if (does(deed::update_twice)) online.update(m);
      target.follow(m, 0.9);
      same_draws = numbers(one.draw(m)) == numbers(other.draw(m));
      return m.checked({.value = 1});
    }
    bool same_draws = true;
    static std::vector<double> numbers(const auto& t) { return {t.data, t.data + ct::operand_of(t).size()}; }
  };
};
template <class Method>
using learns_by = ct::pipeline<ct::reference, rows::sample, ct::views<ct::gaussian_noise>, ct::mlp_encoder<8, 5>,
                               ct::mlp<5, 4>, Method>;

std::string refusal_of(auto&& action) {
  try {
    action();
  } catch (const ct::argument_error& problem) {
    return problem.what();
  }
  return "no argument_error was thrown";
}
std::string refusal_of(deed what) {
  return refusal_of([&] {
    learns_by<does> model{{.method = {.what = what}}};
    (void)model.fit(rows{}, {.epochs = 1, .batch = 8});
  });
}

/// All numbers of all parts, by name.
std::map<std::string, std::vector<double>> state_of(learns_by<does>& model) {
  std::map<std::string, std::vector<double>> all;
  model.parts().each_part([&](auto& part) {
    part.each_array(
        [&](const std::string& name, const auto& column) { all[name] = {column.data, column.data + column.rows}; });
  });
  return all;
}
struct remembers {
  learns_by<does>& model;
  std::vector<std::map<std::string, std::vector<double>>>& states;
  void on_step(const ct::step_info&) { states.push_back(state_of(model)); }
};

/// A learner and a part of any name beside it.
template <int Which>
struct named_parts {
  struct config {
    static constexpr void members(auto&&, auto&...) {}
  };
  template <class S>
  struct on : ct::parts<S> {
    using beside = std::conditional_t<Which == 2, ct::mlp<5, 4>, ct::linear<4>>;
    ct::learner<S> online{*this};
    ct::learner<S, beside, ct::features<4>> other{*this, Which == 0 ? "" : Which == 1 ? "target" : "head"};
    ct::twin<S> target{*this, "target", online};
    ct::loss_report step(auto&) { return {}; }
  };
};

/// The twin is made when the learner is not.
struct twin_first {
  using config = does::config;
  template <class S>
  struct on : ct::parts<S> {
    ct::twin<S> target{*this, "target", online};
    ct::learner<S> online{*this};
    ct::loss_report step(auto&) { return {}; }
  };
};

}    // namespace

TEST_CASE("a network is given only rows that the run has memory for") {
  CHECK(refusal_of(deed::nothing) == "no argument_error was thrown");
  CHECK(refusal_of(deed::twin_of_more_rows) == "a twin has memory for 1 to 16 rows, but got 24");
  CHECK(refusal_of(deed::twin_of_no_rows) == "a twin has memory for 1 to 16 rows, but got 0");
  CHECK(refusal_of(deed::learner_of_more_rows) == "a learner has memory for 1 to 16 rows, but got 24");
}

TEST_CASE("a view or a figure that a step has not is refused") {
  CHECK(refusal_of(deed::figure_beyond) == "there is no figure 1 among 1, which count from 0");
  CHECK(refusal_of(deed::view_beyond) == "there is no view 2 among 16 rows of 2 views, which count from 0");
  CHECK(refusal_of(deed::view_of_odd_rows) == "there is no view 0 among 5 rows of 2 views, which count from 0");
}

TEST_CASE("forward, backward and update of a learner come in turn") {
  const std::string no_forward =
      "a backward pass of a learner needs a forward pass of its own: gradients lie over the tape";
  const std::string no_backward = "an update of a learner needs a backward pass of its own: there is no gradient yet";
  CHECK(refusal_of(deed::backward_twice) == no_forward);
  CHECK(refusal_of(deed::update_before_backward) == no_backward);
  CHECK(refusal_of(deed::update_twice) == no_backward);
}

TEST_CASE("two parts that a checkpoint would not tell apart are refused when the model is made") {
  const std::string advice = "' in a checkpoint: give each part a name of its own, and none that of a layer";
  CHECK(refusal_of([] { learns_by<named_parts<0>>{}; }) ==
        "the part '' is not the first of this method that has '" + advice);
  CHECK(refusal_of([] { learns_by<named_parts<1>>{}; }) ==
        "the part 'target' is not the first of this method that has 'target" + advice);
  CHECK(refusal_of([] { learns_by<named_parts<2>>{}; }) ==
        "the part 'head' is not the first of this method that has 'model.head.0.weight" + advice);
}

TEST_CASE("a twin stands after the learner that it follows") {
  CHECK(refusal_of([] { learns_by<twin_first>{}; }) ==
        "the twin 'target' is declared before the learner that it follows: turn them");
}

TEST_CASE("a loss that is not finite after some updates of a step leaves all networks as the step began") {
  std::vector<std::map<std::string, std::vector<double>>> states;
  learns_by<does> good{{.seed = 3}};
  (void)good.fit(rows{}, {.epochs = 1, .batch = 8}, remembers{good, states});
  REQUIRE(states.size() == 4);
  learns_by<does> model{{.seed = 3, .method = {.what = deed::second_loss_not_finite, .at = 2}}};
  CHECK_THROWS_AS(model.fit(rows{}, {.epochs = 1, .batch = 8}), ct::not_finite);
  CHECK(state_of(model) == states[1]);
  CHECK_FALSE(state_of(model) == states[0]);
}

TEST_CASE("a run of a model does not begin inside another of its runs, which goes on") {
  struct fits_again {
    learns_by<does>& model;
    std::string& refusal;
    void on_step(const ct::step_info&) {
      refusal = refusal_of([&] { (void)model.fit(rows{}, {.epochs = 1, .batch = 4}); });
    }
  };
  std::string refusal;
  learns_by<does> model, other;
  (void)model.fit(rows{}, {.epochs = 1, .batch = 8}, fits_again{model, refusal});
  CHECK(refusal == "this model is in a run already: a callback cannot fit what it watches");
  (void)other.fit(rows{}, {.epochs = 1, .batch = 8});
  CHECK(state_of(model) == state_of(other));
}

TEST_CASE("the part without a name is the one that has something to keep") {
  const auto refusal = refusal_of([] {
    learns_by<does> model{{.optimizer_of = {{"", {.learning_rate = 0.01}}}}};
    (void)model.freeze("");
  });
  CHECK(refusal == "no argument_error was thrown");
}

TEST_CASE("parts that draw have numbers of their own") {
  learns_by<does> model;
  (void)model.fit(rows{}, {.epochs = 1, .batch = 8});
  CHECK_FALSE(model.parts().same_draws);
  const auto state = state_of(model);
  CHECK_FALSE(state.at("state.early") == state.at("state.late"));
}
