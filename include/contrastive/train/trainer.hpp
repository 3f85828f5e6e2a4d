// SPDX-License-Identifier: MIT
#pragma once
// Training steps on a device: makes the views of a batch and lets the method move. All memory is taken before the first
// step.
#include <contrastive/augment/view_pass.hpp>
#include <contrastive/method/parts.hpp>

#include <concepts>
#include <span>

namespace contrastive {

namespace detail {
template <class Parts>
struct method_has_its_step {
  static_assert(never<Parts>, "the parts of a method have a step: write loss_report step(auto& m) in its on<S>");
};
template <class Parts, class Moment>
constexpr bool has_its_step() {
  if constexpr (requires(Parts& p, Moment& m) {
                  { p.step(m) } -> std::convertible_to<loss_report>;
                })
    return true;
  else return refuse<method_has_its_step<Parts>>();
}

/// The views of a second size of a batch: none, where all have one.
template <class S>
struct local_batch {
  local_batch(auto&, std::size_t, const auto&) {}
  void make(auto&&...) {}
  tensor<typename S::device, typename S::local_input> rows() const { return {}; }
};
template <class S>
  requires HasLocalViews<typename S::views>
class local_batch<S> {
  using device = typename S::device;
  using rows_type = tensor<device, typename S::local_input>;

 public:
  local_batch(device& d, std::size_t batch, const typename S::views::config& c)
      : views_(d, batch, c.local), rows_(d, batch * std::size_t(S::local_count)) {}
  void make(device& d, random_key key, std::span<const int> samples, const auto& stored) {
    views_.make(d, key, samples, stored, part<0>(rows_.value));
  }
  rows_type rows() const { return part<0>(rows_.value); }

 private:
  view_pass<device, typename S::sample, typename S::views::local> views_;
  memory<device, pack<rows_type>> rows_;
};
}    // namespace detail

/// What a run needs beyond a method's parts, for one batch size; the parts take their own while it lives. A watch sees
/// the sections of a step and the steps of its networks (step_watch.hpp).
template <class S, class Watch = detail::unwatched>
class trainer {
 public:
  using device_type = typename S::device;
  using settings = typename S::settings;
  using parts_type = typename S::method::template on<S>;
  using stored = detail::stored_of<typename S::sample>;
  static constexpr int views = S::view_count;

  trainer(device_type& device, parts_type& p, const settings& s, int batch, Watch watch = {})
      : device_(device),
        parts_(p),
        settings_(s),
        batch_(batch),
        samples_(device, std::size_t(batch)),
        views_(device, std::size_t(batch), s.views),
        inputs_(device, std::size_t(batch) * std::size_t(S::global_count)),
        local_(device, std::size_t(batch), s.views),
        labels_(device, std::size_t(batch) * std::size_t(views)),
        plain_(device, S::needs_samples ? std::size_t(batch) : 0),
        watch_(watch) {
    parts_.begin(s, batch);
  }
  ~trainer() { parts_.end(); }
  trainer(const trainer&) = delete;
  trainer& operator=(const trainer&) = delete;

  /// One step on a batch of samples as they are stored: (n, h, w, c). Throws detail::loss_not_finite before anything
  /// moves by such a loss.
  loss_report step(std::span<const stored> values, std::span<const int> samples, std::span<const int> labels,
                   const detail::step_place& at) {
    make_views(values, samples, labels, at);
    moment<S, Watch> m{device_, settings_,    at, part<0>(inputs_.value), part<0>(labels_.value), part<0>(plain_.value),
                       watch_,  local_.rows()};
    if constexpr (detail::has_its_step<parts_type, moment<S, Watch>>()) return parts_.step(m);
    else return {};
  }

  /// All networks as they were when the loss was last finite; before the first update, as they came. A step that had
  /// moved one began with weights whose loss was; one that had moved none began with those that spoiled it.
  void restore_good(int failed_step) {
    bool moved = false;
    parts_.each_part([&](auto& part) { moved = moved || part.moved_in(failed_step); });
    const int update = moved ? failed_step : failed_step - 1;
    parts_.each_part([&](auto& part) { part.restore(failed_step, update); });
  }
  /// f(name, column of elements) for all that one step leaves to the next.
  void each_state(const typename method_part<S>::each_column& f) {
    parts_.each_part([&](auto& part) { part.each_array(f), part.each_array_of_run(f); });
  }
  /// Of the part that holds the pipeline's network, after a step that ended an epoch.
  double spread() const {
    double found = -1;
    parts_.each_part([&](const auto& part) {
      if (found < 0) found = part.spread();
    });
    return found;
  }
  int batch() const { return batch_; }

 private:
  void make_views(std::span<const stored> values, std::span<const int> samples, std::span<const int> labels,
                  const detail::step_place& at) {
    [[maybe_unused]] const auto watched = watch_.section(device_, "views");
    device_.upload(part<0>(samples_.value).data, values.data(), values.size());
    if constexpr (S::needs_labels) upload_labels(labels);
    const random_key key{settings_.seed, std::uint32_t(at.epoch)};
    views_.make(device_, key, samples, part<0>(samples_.value), part<0>(inputs_.value));
    local_.make(device_, key, samples, part<0>(samples_.value));
    if constexpr (S::needs_samples) views_.evaluate(device_, part<0>(samples_.value), part<0>(plain_.value));
  }
  void upload_labels(std::span<const int> labels) {    // every view has its sample's
    auto to = part<0>(labels_.value).data;
    for (int v = 0; v < views; ++v) device_.upload(to + std::size_t(v) * labels.size(), labels.data(), labels.size());
  }

  device_type& device_;
  parts_type& parts_;
  const settings& settings_;
  int batch_;
  memory<device_type, pack<tensor<device_type, typename S::sample, stored>>> samples_;
  view_pass<device_type, typename S::sample, typename S::views> views_;
  memory<device_type, pack<tensor<device_type, typename S::input>>> inputs_;
  CONTRASTIVE_NO_ADDRESS detail::local_batch<S> local_;
  memory<device_type, pack<tensor<device_type, features<1>, std::int32_t>>> labels_;
  memory<device_type, pack<tensor<device_type, typename S::input>>> plain_;    // samples as in use
  CONTRASTIVE_NO_ADDRESS Watch watch_;
};

}    // namespace contrastive
