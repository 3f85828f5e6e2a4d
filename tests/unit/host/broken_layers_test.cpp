// SPDX-License-Identifier: MIT
// The laws of layers find what they are there for: each broken layer breaks its law, and a right one breaks none.
#include <contrastive/nn/layer_concepts.hpp>
#include <contrastive/nn/linear.hpp>
#include <contrastive/testing/layer_laws.hpp>

#include "support/catch.hpp"
#include "support/contains.hpp"

namespace ct = contrastive;
using namespace contrastive;

namespace {

using In = image<3, 2, 5>;

/// y = x · a, a per channel; it counts its batches in a statistic.
struct gain {
  template <class I>
  using output = I;
  template <class B, class I>
  struct params {
    parameter<B, per_channel<I::channels>, role::scale> weight;
    static constexpr void members(auto&& f, auto&... p) { f("weight", p.weight...); }
  };
  template <class B, class I>
  struct state {
    parameter<B, per_channel<1>, role::running_mean> batches;
    static constexpr void members(auto&& f, auto&... s) { f("batches", s.batches...); }
  };
  static void forward(auto& ctx, const auto& own, const auto& x, auto& y) {
    if constexpr (moves_statistics<decltype(ctx)>) map(ctx, own.state.batches, own.state.batches + 1);
    map(ctx, y, x * own.params.weight);
  }
  static void backward(auto& ctx, const auto& own, const auto& x, const auto&, const auto& dy, auto& dx) {
    reduce<fold::sum>(ctx, own.grads.weight, dy * x);
    map(ctx, dx, dy * own.params.weight);
  }
};
static_assert(Layer<gain, In>);

struct wrong_gradient : gain {
  static void backward(auto& ctx, const auto& own, const auto& x, const auto& y, const auto& dy, auto& dx) {
    gain::backward(ctx, own, x, y, dy, dx);
    map(ctx, dx, dy * own.params.weight * 1.001);
  }
};
struct adding_gradient : gain {
  static void backward(auto& ctx, const auto& own, const auto&, const auto&, const auto& dy, auto& dx) {
    if constexpr (wanted<decltype(own.grads.weight)>) map(ctx, own.grads.weight, own.grads.weight + 1);
    map(ctx, dx, dy * own.params.weight);
  }
};
struct busy_in_inference : gain {
  static void forward(auto& ctx, const auto& own, const auto& x, auto& y) {
    map(ctx, own.state.batches, own.state.batches + 1);
    map(ctx, y, x * own.params.weight);
  }
};
struct mixing_rows : gain {    // the first channel's sum over the batch goes into every row
  static void forward(auto& ctx, const auto& own, const auto& x, auto& y) {
    reduce<fold::sum>(ctx, own.state.batches, x);
    map(ctx, y, x * own.params.weight + own.state.batches);
  }
};
struct remembering : gain {    // batches change the output
  static void forward(auto& ctx, const auto& own, const auto& x, auto& y) {
    if constexpr (moves_statistics<decltype(ctx)>) map(ctx, own.state.batches, own.state.batches + 1);
    map(ctx, y, x * own.params.weight + own.state.batches);
  }
};
struct training_when_fixed : gain {    // takes every tape for a training pass
  static void forward(auto& ctx, const auto& own, const auto& x, auto& y) {
    map(ctx, y, x * own.params.weight * (keeps_tape<decltype(ctx)> ? 2 : 1));
  }
  static void backward(auto& ctx, const auto& own, const auto& x, const auto& y, const auto& dy, auto& dx) {
    gain::backward(ctx, own, x, y, dy, dx);
    reduce<fold::sum>(ctx, own.grads.weight, dy * x * 2);
    map(ctx, dx, dy * own.params.weight * 2);
  }
};
struct insisting : gain {    // forgets its parameters where nobody wants dx
  static void backward(auto& ctx, const auto& own, const auto& x, const auto& y, const auto& dy, auto& dx) {
    if constexpr (wanted<decltype(dx)>) gain::backward(ctx, own, x, y, dy, dx);
  }
};
struct selfish : gain {    // hands nothing on where nobody wants its own gradients
  static void backward(auto& ctx, const auto& own, const auto& x, const auto& y, const auto& dy, auto& dx) {
    if constexpr (wanted<decltype(own.grads.weight)>) gain::backward(ctx, own, x, y, dy, dx);
  }
};

template <class L>
std::string broken() {
  reference device;
  std::string names;
  for (const auto& law : ct::testing::layer_laws<L, In>(device))
    if (!law.holds()) names += law.name + "\n";
  return names;
}

}    // namespace

TEST_CASE("a right layer breaks no law") { CHECK(broken<gain>().empty()); }

TEST_CASE("a wrong gradient is found by differences") {
  CHECK(broken<wrong_gradient>() ==
        "backward is the derivative of forward\nin phase fixed backward is the derivative of forward\n");
}

TEST_CASE("a gradient that adds to what was there is found") {
  CHECK_THAT(broken<adding_gradient>(), contains("backward writes gradients and adds nothing to what was there\n"));
}

TEST_CASE("a layer that changes its statistics in inference is found") {
  CHECK_THAT(broken<busy_in_inference>(), contains("inference leaves statistics alone\n"));
}

TEST_CASE("rows that mix in inference are found") {
  CHECK_THAT(broken<mixing_rows>(), contains("in inference a row's output does not depend on the other rows\n"));
}

TEST_CASE("a layer that remembers the batch before is found") {
  CHECK_THAT(broken<remembering>(), contains("nothing of another batch is left in the memory\n"));
}

TEST_CASE("a layer that takes every tape for training is found, by the phases fixed and following") {
  CHECK(broken<training_when_fixed>() ==
        "in phase following the output is that of training\nin phase fixed the output is that of inference\n");
}

TEST_CASE("a layer that does nothing without a gradient of its input is found") {
  CHECK(broken<insisting>() == "an unwanted gradient of the input changes no other\n");
}

TEST_CASE("a layer that hands nothing on without gradients of its own is found") {
  CHECK(broken<selfish>() == "unwanted gradients of parameters change no bit of the input's\n");
}
