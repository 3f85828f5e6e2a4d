// SPDX-License-Identifier: MIT
#pragma once
// A sequence of layers becomes a program of steps: at each layer the first override that matches wins, else the generic
// body runs. Values, tapes, gradients and scratch get their places from one compile-time plan.
#include <contrastive/net/step.hpp>

namespace contrastive {

namespace detail {
/// Where a program's gradients and scratch lie: in memory of their own, or (a pass of its own, whose workspace begins
/// where its tape does) also where the tapes lay of the steps that have gone back already. Then a forward pass serves
/// one backward pass.
enum class work_place { apart, over_tape };

/// How many places for random numbers a layer takes: one for each layer in it.
template <class L>
constexpr std::uint32_t places_of() {
  if constexpr (Composite<L>) {
    std::uint32_t count = 0;
    each_child<L>([&]<class Child>(auto, const char*) { count += places_of<Child>(); });
    return count;
  } else return 1;
}
/// … and how many the layers of a flat list before the I-th.
template <class Flat, std::size_t I>
inline constexpr std::uint32_t places_before = places_before<Flat, I - 1> +
                                               places_of<typename Flat::template layer<I - 1>>();
template <class Flat>
inline constexpr std::uint32_t places_before<Flat, 0> = 0;
}    // namespace detail

template <class Seq, class Links>
struct program;

/// No layers: the identity, which its user takes for itself.
template <class Seq>
struct program<Seq, type_list<>> {
  static constexpr std::size_t steps = 0, generic_steps = 0;
  using tape = nothing;
};

template <class Seq, class... Links>
struct program<Seq, type_list<Links...>> {
  static constexpr std::size_t steps = sizeof...(Links);
  template <std::size_t I>
  using link = nth<I, Links...>;
  using first_step = typename link<0>::step;
  using input = typename link<0>::in;
  using result = typename link<steps - 1>::out;
  using backend = typename input::backend;

  /// How many layers fell back to their generic body, nested programs included.
  static constexpr std::size_t generic_steps = (detail::generic_steps_of<typename Links::step>() + ... + 0);

  /// What the backward pass needs: each step's tape, and the values between the steps (the first is the caller's).
  struct tape {
    pack<typename Links::step::tape...> of_step;
    pack<std::conditional_t<std::is_same_v<Links, nth<0, Links...>>, nothing, typename Links::in>...> value;
  };

  /// Over the tape the rows are the tape's too; what does not depend on rows always lies apart.
  template <detail::work_place Where = detail::work_place::apart>
  static constexpr detail::footprint training_memory() {
    return {scratch_fixed(), plan<Where>.total};
  }
  static constexpr detail::footprint inference_memory() { return {fixed_plan.total, row_plan.total}; }

  template <detail::work_place Where = detail::work_place::apart>
  static void forward(auto& ctx, auto& x, auto& y, tape& t, const auto& layers) {
    detail::for_each_index<steps>([&](auto i) {
      auto s = detail::made_at<typename link<i>::step::scratch>(ctx.workspace.from({0, plan<Where>.offset[steps + i]}));
      auto& result = out<i>(y, t);
      [[maybe_unused]] const auto watched = ctx.watch.template step<Seq, link<i>>(ctx, direction::forward, &result,
                                                                                  true);
      auto here = at_layer<i>(ctx);
      covered<i>(layers,
                 [&](auto... l) { link<i>::step::forward(here, in<i>(x, t), result, part<i>(t.of_step), s, l...); });
    });
  }

  template <detail::work_place Where = detail::work_place::apart>
  static void backward(auto& ctx, auto& x, auto& y, tape& t, auto& dy, auto& dx, const auto& layers) {
    back<Where, steps - 1>(ctx, x, y, t, dy, dx, layers);
  }

  /// Forward only: no tape is kept, values live until they are read.
  template <std::size_t I = 0>
  static void infer(auto& ctx, auto& x, auto& y, const auto& layers) {
    auto place_of = [&](std::size_t k) { return ctx.workspace.from({fixed_plan.offset[k], row_plan.offset[k]}); };
    auto t = detail::made_at<typename link<I>::step::tape>(place_of(steps + I));
    auto s = detail::made_at<typename link<I>::step::scratch>(place_of(2 * steps + I));
    auto run = [&](auto& result) {
      [[maybe_unused]] const auto watched = ctx.watch.template step<Seq, link<I>>(ctx, direction::forward, &result,
                                                                                  false);
      auto here = at_layer<I>(ctx);
      covered<I>(layers, [&](auto... l) { link<I>::step::forward(here, x, result, t, s, l...); });
    };
    if constexpr (I + 1 == steps) run(y);
    else {
      auto next = detail::made_at<typename link<I>::out>(place_of(I + 1));
      run(next);
      infer<I + 1>(ctx, next, y, layers);
    }
  }

 private:
  // The gradient of a step's input lives until the step before has gone back.
  static constexpr int time_back(std::size_t step) { return int(steps - 1 - step); }
  // A step's tape is needed until it goes back, a value between two steps until the one that made it does. In the
  // forward pass this serves as well: scratch may lie where a later step will leave its tape.
  static constexpr auto tape_residents() {
    std::array<detail::resident, 2 * steps> found{};
    tape t{};
    place<backend> counting;
    auto resides = [&](std::size_t k, auto& what, int last) {    // in the order of tape::members
      const std::size_t from = counting.row_used / counting.line * counting.line;
      put(counting, what);
      found[k] = {{detail::round_up(counting.row_used, counting.line) - from, -1, last}, from};
    };
    detail::for_each_index<steps>([&](auto i) { resides(i, part<i>(t.of_step), time_back(i)); });
    detail::for_each_index<steps>(
        [&](auto i) { resides(steps + i, part<i>(t.value), i == 0 ? -1 : time_back(i - 1)); });
    return found;
  }
  template <detail::work_place Where>
  static constexpr auto plan = [] {
    std::array<detail::lifetime, 2 * steps> live{};
    detail::for_each_index<steps>([&](auto i) {
      constexpr int time = time_back(i);
      live[i] = {i == 0 ? 0 : detail::footprint_of<typename link<i>::in::gradient, backend>().row, time, time + 1};
      live[steps + i] = {detail::footprint_of<typename link<i>::step::scratch, backend>().row, time, time};
    });
    if constexpr (Where == detail::work_place::over_tape) return detail::first_fit(live, tape_residents());
    else return detail::first_fit(live);
  }();
  static constexpr std::size_t scratch_fixed() {
    return std::max({std::size_t(0), detail::footprint_of<typename Links::step::scratch, backend>().fixed...});
  }

  // Without a backward pass a value lives until it is read; what it borrows from its predecessor lives one step longer.
  template <std::size_t detail::footprint::* Part>
  static constexpr auto forward_plan() {
    std::array<detail::lifetime, 3 * steps> live{};
    detail::for_each_index<steps>([&](auto i) {
      constexpr int time = int(i), kept = link<i>::out::borrows ? 1 : 0;
      live[i] = {i == 0 ? 0 : detail::footprint_of<typename link<i>::in, backend>().*Part, time - 1, time + kept};
      live[steps + i] = {detail::footprint_of<typename link<i>::step::tape, backend>().*Part, time, time + 1 + kept};
      live[2 * steps + i] = {detail::footprint_of<typename link<i>::step::scratch, backend>().*Part, time, time};
    });
    return detail::first_fit(live);
  }
  static constexpr auto row_plan = forward_plan<&detail::footprint::row>(),
                        fixed_plan = forward_plan<&detail::footprint::fixed>();

  /// Where the layers that step I covers draw their random numbers: behind those of all layers before them.
  template <std::size_t I>
  static auto at_layer(const auto& ctx) {
    return ctx.at(ctx.key.layer + detail::places_before<detail::flattened<Seq>, link<I>::first>);
  }
  template <std::size_t I>
  static auto& in(auto& x, auto& t) {
    if constexpr (I == 0) return x;
    else return part<I>(t.value);
  }
  template <std::size_t I>
  static auto& out(auto& y, auto& t) {
    if constexpr (I + 1 == steps) return y;
    else return part<I + 1>(t.value);
  }
  template <std::size_t I>
  static void covered(const auto& layers, auto&& f) {    // f(slot of each layer that step I covers)
    [&]<std::size_t... J>(std::index_sequence<J...>) {
      f(detail::leaf_at<Seq, link<I>::first + J>(layers)...);
    }(std::make_index_sequence<link<I>::count>{});
  }
  template <detail::work_place Where, std::size_t I>
  static void back(auto& ctx, auto& x, auto& y, tape& t, auto& dy, auto& dx, const auto& layers) {
    auto s = detail::made_at<typename link<I>::step::scratch>(ctx.workspace.from({0, plan<Where>.offset[steps + I]}));
    auto run = [&](auto& d) {
      auto& result = out<I>(y, t);
      [[maybe_unused]] const auto watched = ctx.watch.template step<Seq, link<I>>(ctx, direction::backward, &result,
                                                                                  wanted<decltype(d)>);
      auto here = at_layer<I>(ctx);
      covered<I>(layers, [&](auto... l) {
        link<I>::step::backward(here, in<I>(x, t), result, part<I>(t.of_step), s, dy, d, l...);
      });
    };
    if constexpr (I == 0) run(dx);
    else {
      auto d = detail::made_at<typename link<I>::in::gradient>(ctx.workspace.from({0, plan<Where>.offset[I]}));
      run(d);
      back<Where, I - 1>(ctx, x, y, t, d, dx, layers);
    }
  }
};

/// The program of a sequence for an incoming value V. An open program may end in a value that only its backend
/// understands.
template <class Seq, class V, class Phase = training, ending End = ending::row_major>
using program_of = program<Seq, decltype(detail::compile<detail::flattened<Seq>, V, Phase, End>())>;

namespace detail {
/// Room for a nested program inside a step's scratch.
template <class Program>
struct workspace_for {
  place<typename Program::backend> where;
  constexpr void place_in(auto& p) {
    where = p.rest();
    p.skip({std::max(Program::training_memory().fixed, Program::inference_memory().fixed),
            std::max(Program::training_memory().row, Program::inference_memory().row)});
  }
};
template <class Program>
  requires(Program::steps == 0)
struct workspace_for<Program> : nothing {};
}    // namespace detail

}    // namespace contrastive
