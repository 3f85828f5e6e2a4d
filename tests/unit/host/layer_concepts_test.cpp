// SPDX-License-Identifier: MIT
// The concepts Layer and Optimizer, both ways: what is one passes, what lacks one requirement is refused for that one.
#include <contrastive/backend/reference.hpp>
#include <contrastive/net/network.hpp>
#include <contrastive/nn/batch_norm.hpp>
#include <contrastive/nn/conv2d.hpp>
#include <contrastive/nn/elementwise.hpp>
#include <contrastive/nn/l2_normalize.hpp>
#include <contrastive/nn/layer_concepts.hpp>
#include <contrastive/nn/linear.hpp>
#include <contrastive/nn/pool.hpp>
#include <contrastive/nn/residual.hpp>
#include <contrastive/optim/adam.hpp>
#include <contrastive/optim/lars.hpp>
#include <contrastive/optim/optimizer_concepts.hpp>
#include <contrastive/optim/sgd.hpp>

#include "support/catch.hpp"

using namespace contrastive;

namespace {

using In = image<5, 3, 7>;

// ---- the library's own are layers, for the inputs that they take ----------------------------------------------------

static_assert(Layer<conv2d<4, 3>, In> && !Layer<conv2d<4, 7, 1, 0>, In>);
static_assert(Layer<linear<3>, features<7>> && !Layer<linear<3>, In>);
static_assert(Layer<batch_norm, In> && Layer<batch_norm, features<7>>);
static_assert(Layer<relu, In> && Layer<leaky_relu, In> && Layer<gelu, In> && Layer<swish, In>);
static_assert(Layer<max_pool<2>, In> && Layer<average_pool<2>, In> && !Layer<max_pool<4>, In>);
static_assert(Layer<global_average_pool, In> && Layer<flatten, In>);
static_assert(Layer<l2_normalize, features<7>> && !Layer<l2_normalize, In>);
static_assert(Layer<residual<sequential<conv2d<7, 3>, batch_norm>>, In>);
// the identity keeps 7 channels
static_assert(!Layer<residual<sequential<conv2d<8, 3>>>, In>);

// ---- one layer with everything, and a copy of it for each thing that may be missing ---------------------------------

struct shift {    // y = x + b
  struct config {
    double unused = 0;
    static constexpr void members(auto&& f, auto&... c) { f("unused", c.unused...); }
  };
  template <class I>
  using output = I;
  template <class B, class I>
  struct params {
    parameter<B, per_channel<I::channels>, role::bias> bias;
    static constexpr void members(auto&& f, auto&... p) { f("bias", p.bias...); }
  };
  template <class B, class I>
  struct state {
    parameter<B, per_channel<I::channels>, role::running_mean> seen;
    static constexpr void members(auto&& f, auto&... s) { f("seen", s.seen...); }
  };
  template <class B, class I>
  using tape = tensor<B, I>;
  template <class B, class I>
  using scratch = chunk<B, I, 4>;
  static void forward(auto& ctx, const auto& own, const auto& x, auto& y) { map(ctx, y, x + own.params.bias); }
  static void backward(auto& ctx, const auto& own, const auto&, const auto&, const auto& dy, auto& dx) {
    reduce<fold::sum>(ctx, own.grads.bias, dy);
    map(ctx, dx, dy * 1);
  }
};
static_assert(Layer<shift, In>);

struct with_data : shift {
  int calls = 0;
};
static_assert(!contrastive::detail::HasNoData<with_data> && !Layer<with_data, In>);

struct without_shape_rule : shift {
  template <class I>
    requires(I::pixels == 0)
  using output = I;
};
struct with_impossible_output : shift {
  template <class>
  using output = double;
};
static_assert(!contrastive::detail::HasShapeRule<without_shape_rule, In> && !Layer<without_shape_rule, In>);
static_assert(!contrastive::detail::HasShapeRule<with_impossible_output, In>);

struct without_members : shift {
  template <class B, class I>
  struct params {
    parameter<B, per_channel<I::channels>, role::bias> bias;
  };
};
static_assert(!contrastive::detail::HasNamedParameters<without_members, In> && !Layer<without_members, In>);

struct with_tensor_as_parameter : shift {
  template <class B, class I>
  struct params {
    tensor<B, I> bias;
    static constexpr void members(auto&& f, auto&... p) { f("bias", p.bias...); }
  };
};
static_assert(!contrastive::detail::HasNamedParameters<with_tensor_as_parameter, In> &&
              !Layer<with_tensor_as_parameter, In>);

struct with_numbered_parameters : shift {
  template <class B, class I>
  struct params : shift::params<B, I> {
    static constexpr void members(auto&& f, auto&... p) { f(0, p.bias...); }
  };
};
static_assert(!contrastive::detail::HasNamedParameters<with_numbered_parameters, In>);

struct with_plain_params : shift {
  struct params {};
};
struct with_plain_state : shift {
  struct state {};
};
static_assert(!contrastive::detail::HasNamedParameters<with_plain_params, In> && !Layer<with_plain_params, In>);
static_assert(!contrastive::detail::HasNamedParameters<with_plain_state, In> && !Layer<with_plain_state, In>);

struct with_unplaced_tape : shift {
  template <class, class>
  using tape = float*;
};
struct with_unplaced_scratch : shift {
  template <class, class>
  struct scratch {
    scratch(int) {}
  };
};
struct with_plain_tape : shift {
  struct tape {};
};
static_assert(!contrastive::detail::HasPlannedMemory<with_unplaced_tape, In> && !Layer<with_unplaced_tape, In>);
static_assert(!contrastive::detail::HasPlannedMemory<with_unplaced_scratch, In> && !Layer<with_unplaced_scratch, In>);
static_assert(!contrastive::detail::HasPlannedMemory<with_plain_tape, In>);

struct with_nameless_config : shift {
  struct config {
    double strength = 1;
  };
};
struct with_config_without_defaults : shift {
  struct config : shift::config {
    config() = delete;
  };
};
static_assert(!contrastive::detail::HasNamedNumbers<with_nameless_config> && !Layer<with_nameless_config, In>);
static_assert(!contrastive::detail::HasNamedNumbers<with_config_without_defaults>);

struct without_forward : shift {
  static void forward() {}
};
struct with_instance_forward : shift {
  void forward(auto&, const auto&, const auto&, auto&) {}
};
static_assert(!contrastive::detail::HasForward<without_forward, In> && !Layer<without_forward, In>);
static_assert(!contrastive::detail::HasForward<with_instance_forward, In>);

struct without_backward : shift {
  static void backward() {}
};
struct without_unwanted_gradient : shift {    // insists on a gradient of its input
  template <class B, class S>
  static void backward(auto&, const auto&, const auto&, const auto&, const auto&, tensor<B, S>&) {}
};
static_assert(!contrastive::detail::HasBackward<without_backward, In> && !Layer<without_backward, In>);
static_assert(!contrastive::detail::HasBackward<without_unwanted_gradient, In> &&
              !Layer<without_unwanted_gradient, In>);

// ---- optimizers -----------------------------------------------------------------------------------------------------

static_assert(Optimizer<sgd> && Optimizer<adam> && Optimizer<adamw> && Optimizer<lars>);

struct descent {    // w ← w − rate · g
  struct config {
    double learning_rate = 0.1;
    static constexpr void members(auto&& f, auto&... c) { f("learning_rate", c.learning_rate...); }
  };
  template <class>
  using state = nothing;
  template <class Net>
  static void update(auto& ctx, const config&, double rate, std::int64_t, auto& params, const auto& grads, auto&) {
    visit<Net>([&](no_path, auto& w, const auto& g) { map(ctx, w, w - rate * g); }, no_path{}, params, grads);
  }
};
static_assert(Optimizer<descent>);

struct without_config : descent {
  using config = void;
};
struct with_nameless_numbers : descent {
  struct config {
    double learning_rate = 0.1;
  };
};
static_assert(!contrastive::detail::ConfiguredOptimizer<without_config> && !Optimizer<without_config>);
static_assert(!contrastive::detail::ConfiguredOptimizer<with_nameless_numbers> && !Optimizer<with_nameless_numbers>);

struct without_rate : descent {
  struct config {
    static constexpr void members(auto&&, auto&...) {}
  };
};
static_assert(!contrastive::detail::HasLearningRate<without_rate> && !Optimizer<without_rate>);

struct without_state : descent {
  using state = nothing;
};
struct with_host_state : descent {
  template <class>
  using state = float*;
};
static_assert(!contrastive::detail::HasOptimizerState<without_state> && !Optimizer<without_state>);
static_assert(!contrastive::detail::HasOptimizerState<with_host_state> && !Optimizer<with_host_state>);

struct without_update : descent {
  static void update(auto&...) {}
};
static_assert(!contrastive::detail::UpdatesWeights<without_update> && !Optimizer<without_update>);

}    // namespace

TEST_CASE(
    "an optimizer written outside the library trains a layer written "
    "outside the library") {
  using net = sequential<shift>;
  reference on;
  memory<reference, net::params<reference, In>> params(on, 0), grads(on, 0);
  nothing state;
  auto& [w] = part<0>(params.value);
  auto& [g] = part<0>(grads.value);
  for (int c = 0; c < 7; ++c) w.data[c] = 1, g.data[c] = c;
  context<reference, training> ctx{on};
  descent::update<net>(ctx, {}, 0.5, 0, params.value, grads.value, state);
  for (int c = 0; c < 7; ++c) CHECK(w.data[c] == 1 - 0.5 * c);
}
