// SPDX-License-Identifier: MIT
#pragma once
// LARS: momentum whose rate is scaled for each weight by its norm over its gradient's, for large batches.
#include <contrastive/net/layer.hpp>
#include <contrastive/optim/arguments.hpp>

#include <cstdint>
#include <type_traits>

namespace contrastive {

/// The two forms of LARS in use (You et al. 2017 leaves both open).
enum class lars_form {
  simclr,    // ratio = trust·|w| / |g + decay·w|;  v ← momentum·v + rate·ratio·(g + decay·w);  w ← w − v
  torch,     // ratio = trust·|w| / (|g| + decay·|w| + ε);  v ← momentum·v + ratio·(g + decay·w);  w ← w − rate·v
};

/// Layer-wise adaptive rates, in simclr's form or that of solo-learn and lightly (torch); ratio = 1 where |w| is 0.
///
/// Where simclr's |g + decay·w| is 0 nothing moves but momentum; in torch's form a weight without gradient does not
/// decay. Biases and the scale and shift of normalizations neither decay nor adapt unless asked: momentum with the full
/// rate. The rate is scaled linearly with the batch in Chen et al. 2020 (`fit`'s `.scaling = batch_scaling::linear`).
///
///     using simclr = ct::pipeline<…, ct::lars>;    simclr model{{.optimizer = {.learning_rate = 0.3}}};
struct lars {
  static constexpr const char* name = "lars";    // in checkpoints
  struct config {
    double learning_rate = 0.3;    // the base of the schedule
    double momentum = 0.9;
    bool nesterov = false;
    double weight_decay = 1e-6;
    double trust = 1e-3;    // η
    lars_form form = lars_form::simclr;
    bool clip = false;        // a rate never grows: min(rate·ratio, rate) becomes min(ratio, rate)  (LARC)
    double epsilon = 1e-8;    // of torch's form
    bool adapt_normalization_and_bias = false;    // decay and adapt these too
    static constexpr void members(auto&& f, auto&... c) {
      f("learning_rate", c.learning_rate...);
      f("momentum", c.momentum...);
      f("nesterov", c.nesterov...);
      f("weight_decay", c.weight_decay...);
      f("trust", c.trust...);
      f("form", c.form...);
      f("clip", c.clip...);
      f("epsilon", c.epsilon...);
      f("adapt_normalization_and_bias", c.adapt_normalization_and_bias...);
    }
  };

  /// Throws argument_error for numbers that no run can mean.
  static void validate(const config& c) {
    detail::require_from_zero("lars", "learning_rate", c.learning_rate);
    detail::require_below_one("lars", "momentum", c.momentum);
    detail::require_from_zero("lars", "weight_decay", c.weight_decay);
    detail::require_from_zero("lars", "trust", c.trust);
    detail::require_from_zero("lars", "epsilon", c.epsilon);
  }

  /// v of every parameter, laid out like the parameters.
  template <class Params>
  using state = Params;

  /// The squared norms and the ratio of the parameter at hand: they stay on the device.
  template <class B>
  struct workspace {
    using one = parameter<B, per_channel<1>, role::scale>;
    one weight, gradient, ratio;
  };

  /// One step of every parameter of Net; the context's workspace holds what `workspace` asks for.
  template <class Net>
  static void update(auto& ctx, const config& c, double rate, std::int64_t /*step*/, auto& params, const auto& grads,
                     auto& state) {
    using B = typename std::remove_cvref_t<decltype(ctx)>::backend;
    const auto own = detail::made_at<workspace<B>>(ctx.workspace);
    const auto step = [&](no_path, auto& weight, const auto& gradient, auto& v) {
      const bool adapts = weight.what == role::weight || c.adapt_normalization_and_bias;
      if (adapts) find_ratio(ctx, c, rate, own, flat(weight), flat(gradient));
      else map(ctx, own.ratio, 1);
      move(ctx, c, rate, adapts ? c.weight_decay : 0, own.ratio, flat(weight), flat(gradient), flat(v));
    };
    contrastive::visit<Net>(step, no_path{}, params, grads, state);
  }

 private:
  // the ratio is 1 for a weight of zeros, so that it can leave them, and 0 where there is nothing to divide by
  static void find_ratio(auto& ctx, const config& c, double rate, const auto& own, const auto& w,
                         const auto& gradient) {
    const auto& [weight, with_decay, ratio] = own;
    const bool torch = c.form == lars_form::torch;
    reduce<fold::sum>(ctx, weight, square(w));                                                  // (1)
    reduce<fold::sum>(ctx, with_decay, square(gradient + (torch ? 0 : c.weight_decay) * w));    // (1)
    const auto norm = sqrt(weight);
    const auto under = sqrt(with_decay) + (torch ? c.weight_decay : 0) * norm + (torch ? c.epsilon : 0);
    const auto adapted = where_greater(weight, 0, c.trust * norm / under) + equal(weight, 0);
    map(ctx, ratio, where_greater(with_decay, 0, adapted));    // (1)
    if (c.clip && rate > 0) map(ctx, ratio, minimum(ratio * (1 / rate), 1));
  }
  // flat views: what a backend compiles serves every parameter of every net; the rate stands inside v, or outside
  static void move(auto& ctx, const config& c, double rate, double decay, const auto& ratio, const auto& w,
                   const auto& gradient, const auto& v) {
    const double inside = c.form == lars_form::simclr ? rate : 1, outside = c.form == lars_form::simclr ? 1 : rate;
    const auto g = inside * ratio * (gradient + decay * w);    // (size)
    map(ctx, v, c.momentum * v + g);
    if (c.nesterov) map(ctx, w, w - outside * (g + c.momentum * v));
    else map(ctx, w, w - outside * v);
  }
};

}    // namespace contrastive
