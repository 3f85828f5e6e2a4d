// SPDX-License-Identifier: MIT
#pragma once
// Callbacks: what a run tells those who watch it, and how they may stop it.
#include <contrastive/loss/figures.hpp>
#include <contrastive/loss/verdict.hpp>

#include <concepts>
#include <filesystem>
#include <type_traits>

namespace contrastive {

/// Told once, before the first step.
struct run_info {
  int epochs = 0, steps_per_epoch = 0, steps_total = 0;
  int first_step = 0;    // above 0 where a run is resumed
  int images = 0;        // in the data set
  int batch = 0, views = 0;
};

/// Told after every step. Counting starts at 0: the last step is steps_total − 1.
struct step_info {
  int epoch = 0;
  int step = 0;    // since the run's beginning, over all epochs
  int steps_total = 0, steps_per_epoch = 0;
  int images = 0, views = 0;            // of this step's batch: it had images × views rows
  double loss = 0, chance_level = 0;    // chance_level: the loss of an encoder that knows nothing
  figure_list figures{};                // what the loss says beside its value: figures["accuracy"]
  int anchors_without_positives = 0;    // of this step's rows: such rows teach nothing
  double learning_rate = 0;
  double seconds = 0;    // since on_start
};

/// Told after the last step of an epoch: loss and figures are means over its steps.
struct epoch_info {
  int epoch = 0, epochs = 0, steps = 0;
  double loss = 0, chance_level = 0;
  figure_list figures{};
  int anchors_without_positives = 0;    // in all its steps
  double learning_rate = 0;             // of the last step
  double seconds = 0;                   // since on_start
  double spread = -1;                   // of the last step's outputs (verdict.hpp)
  verdict says = verdict::unknown;
};

/// What an on_step may return: to go on (as `void` does) or to stop after this step.
enum class control { go_on, stop };

/// How a run ended.
enum class outcome { finished, interrupted };

/// What a run came to: returned by fit, and told to on_end.
struct [[nodiscard]] fit_result {
  int epochs = 0, steps = 0;            // done, those before a resumed checkpoint included
  double loss = 0, chance_level = 0;    // of the last epoch, in the mean
  figure_list figures{};                // likewise
  double spread = -1;                   // at the end of the last whole epoch, as what it says
  verdict says = verdict::unknown;
  double seconds = 0;
  outcome ended = outcome::finished;
};

namespace detail {
/// Has on_start(run_info).
template <class C>
concept WatchesStart = requires(C& c, const run_info& i) { c.on_start(i); };
/// Has on_step(step_info).
template <class C>
concept WatchesSteps = requires(C& c, const step_info& i) { c.on_step(i); };
/// Has on_epoch(epoch_info).
template <class C>
concept WatchesEpochs = requires(C& c, const epoch_info& i) { c.on_epoch(i); };
/// Has on_end(fit_result).
template <class C>
concept WatchesEnd = requires(C& c, const fit_result& r) { c.on_end(r); };
}    // namespace detail

/// A callback that keeps a run: `static constexpr bool keeps_run = true`, and `file()` says where. The run goes on from
/// that file where it exists, and writes it after every epoch and when it is stopped (callbacks/checkpoints.hpp).
template <class C>
concept KeepsRun = requires { requires C::keeps_run; } && requires(const C& c) {
  { c.file() } -> std::convertible_to<std::filesystem::path>;
};

/// Any object with one or more of these four hooks, or one that keeps the run.
template <class C>
concept Callback = detail::WatchesStart<C> || detail::WatchesSteps<C> || detail::WatchesEpochs<C> ||
                   detail::WatchesEnd<C> || KeepsRun<C>;

namespace detail {

template <class C>
concept MayStop = requires(C& c, const step_info& i) {
  { c.on_step(i) } -> std::same_as<control>;
};
template <class C>
concept StepHookReturns = !WatchesSteps<C> || MayStop<C> || requires(C& c, const step_info& i) {
  { c.on_step(i) } -> std::same_as<void>;
};
// A hook by its name that cannot be called would never be heard of again.
template <class C>
concept HooksTakeTheirInfo = (WatchesStart<C> || !requires { &C::on_start; }) &&
                             (WatchesSteps<C> || !requires { &C::on_step; }) &&
                             (WatchesEpochs<C> || !requires { &C::on_epoch; }) &&
                             (WatchesEnd<C> || !requires { &C::on_end; });

/// One sentence for a type that fit cannot call (C may be a reference, as fit receives it).
template <class C>
struct callback_can_be_called {
  using type = std::remove_reference_t<C>;
  static constexpr bool takes = detail::HooksTakeTheirInfo<type>, has = !takes || Callback<type>,
                        returns = detail::StepHookReturns<type>,
                        keeps = KeepsRun<type> || !requires { type::keeps_run; },
                        value = takes && has && returns && keeps;
  static_assert(
      takes,
      "a hook of this callback has another parameter: on_start takes const run_info&, on_step const step_info&, "
      "on_epoch const epoch_info& and on_end const fit_result&");
  static_assert(has,
                "a callback has at least one of on_start(const run_info&), on_step(const step_info&), "
                "on_epoch(const epoch_info&) and on_end(const fit_result&); this type has none");
  static_assert(returns, "on_step returns nothing, or contrastive::control::go_on or stop");
  static_assert(keeps, "a callback that keeps_run says by file() where: std::filesystem::path file() const");
};
}    // namespace detail

// ---- telling all of them, in the order in which they were given -----------------------------------------------------

namespace detail {
void tell_start(const run_info& info, auto&... callbacks) {
  [[maybe_unused]] const auto tell = [&]<class C>(C& c) {
    if constexpr (WatchesStart<C>) c.on_start(info);
  };
  (tell(callbacks), ...);
}

/// `stop` when any of them says so; the others are told all the same.
control tell_step(const step_info& info, auto&... callbacks) {
  control answer = control::go_on;
  [[maybe_unused]] const auto tell = [&]<class C>(C& c) {
    if constexpr (detail::MayStop<C>) answer = c.on_step(info) == control::stop ? control::stop : answer;
    else if constexpr (WatchesSteps<C>) c.on_step(info);
  };
  (tell(callbacks), ...);
  return answer;
}

void tell_epoch(const epoch_info& info, auto&... callbacks) {
  [[maybe_unused]] const auto tell = [&]<class C>(C& c) {
    if constexpr (WatchesEpochs<C>) c.on_epoch(info);
  };
  (tell(callbacks), ...);
}

void tell_end(const fit_result& result, auto&... callbacks) {
  [[maybe_unused]] const auto tell = [&]<class C>(C& c) {
    if constexpr (WatchesEnd<C>) c.on_end(result);
  };
  (tell(callbacks), ...);
}
}    // namespace detail

}    // namespace contrastive
