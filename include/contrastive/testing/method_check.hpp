// SPDX-License-Identifier: MIT
#pragma once
// The gradient check of a whole method: what a step leaves as the gradient of each weight, against finite differences.
#include <contrastive/testing/gradient_check.hpp>
#include <contrastive/train/step_profile.hpp>

namespace contrastive::testing {

/// The gradients of every part that learns, by path, after one step at rate 0 on a batch of random samples: no weight
/// moves.
template <class Pipeline>
class method_trial {
 public:
  using types = typename Pipeline::types;
  static_assert(std::is_same_v<typename types::device, reference>, "a method is checked in double, on the reference");

  method_trial(const typename Pipeline::settings& settings, int samples)
      : settings_(settings), parts_{{device_}}, trained_(initialized(), parts_, settings_, samples), batch_(samples) {}

  double loss() { return trained_.step(batch_.values, batch_.numbers, batch_.labels, {.scheduled = 0}).value; }
  /// The method's parts, as it declares them: figures of a step that are no part of its loss.
  auto& parts() { return parts_; }
  named_numbers gradients() {
    (void)loss();
    named_numbers all;
    each_learned([&](const std::string& name, const auto&, const auto& g) {
      all.emplace_back(name, numbers(g.data, g.data + g.rows));
    });
    return all;
  }
  /// f(path, weights, gradient) of every part, in double and on the host.
  void each_learned(const auto& f) {
    parts_.each_part([&](auto& part) {
      part.each_learned([&](const std::string& name, const auto& w, const auto& g) {
        f(part.name().empty() ? name : part.name() + ": " + name, w, g);
      });
    });
  }

 private:
  reference& initialized() {
    parts_.initialize(settings_);
    return device_;
  }
  reference device_;
  typename Pipeline::settings settings_;
  typename Pipeline::parts_type parts_;
  trainer<types> trained_;
  contrastive::detail::random_batch<typename types::sample> batch_;
};

/// Differentiates the loss of a step by what its backward passes left and by central differences, for places of every
/// weight.
///
/// What the loss stops must stand still: a twin by momentum 1, and no network may be its own target. Updates must
/// follow the schedule, whose share is 0 here.
///
///     CHECK(method_gradient_check<my_pipeline_on_reference>({.method = {.momentum = 1}}, 6).worst < 1e-6);
template <class Pipeline>
gradient_report method_gradient_check(const typename Pipeline::settings& settings, int samples,
                                      const gradient_check_options& o = {}) {
  method_trial<Pipeline> trial(settings, samples);
  (void)trial.loss();    // what a step puts into a queue is there from now on
  const auto gradients = trial.gradients();
  gradient_report report;
  std::uint32_t place = 0;
  trial.each_learned([&](const std::string& name, const auto& w, const auto&) {
    const auto loss = [&](const numbers& tried) {
      std::copy(tried.begin(), tried.end(), w.data);
      return trial.loss();
    };
    detail::compare_slopes(name, numbers(w.data, w.data + w.rows), gradients[place].second, o, place, loss, report);
    ++place;
  });
  return report;
}

}    // namespace contrastive::testing
