// SPDX-License-Identifier: MIT
#pragma once
// The laws that every loss of rows beside targets obeys, tried on one of yours: on a device, and against the reference.
#include <contrastive/backend/reference.hpp>
#include <contrastive/loss/target_loss_concepts.hpp>
#include <contrastive/net/network.hpp>
#include <contrastive/testing/law.hpp>
#include <contrastive/testing/random.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace contrastive::testing {

/// Rows beside targets, and the others of a queue: (n, d), (n, d), (Queue, d), row-major.
struct beside_targets {
  std::vector<double> rows, targets, queue;
};

/// What a loss makes of them: its numbers in the order of `figure_names`, the gradient of every number of the rows, and
/// targets and queue as they are afterwards.
struct judged_beside_targets {
  std::vector<double> figures, gradient;
  beside_targets after;
  double value() const { return figures.front(); }
};

/// A loss on a device with its memory for up to `capacity` rows of D numbers: numbers of the host go in and come out.
///
///     target_loss_trial<device, negative_cosine, 8> loss{dev, 64};
///     const double value = loss({q, t, {}}, {}).value();
template <class Device, TargetLoss L, int D, int Queue = 11>
class target_loss_trial {
  static constexpr bool has_queue = contrastive::detail::JudgesBesideQueue<L>;
  static constexpr std::size_t numbers = L::figure_names.size();

 public:
  using config = typename L::config;

  target_loss_trial(Device& device, int capacity)
      : device_(device), held_(device, std::size_t(capacity)), fixed_(device, 0), capacity_(std::size_t(capacity)) {}

  judged_beside_targets operator()(const beside_targets& x, const config& c) {
    if (x.rows.size() % D != 0 || x.rows.size() / D > capacity_ || x.targets.size() != x.rows.size() ||
        x.queue.size() != std::size_t(has_queue ? Queue * D : 0))
      throw argument_error("this trial takes up to " + std::to_string(capacity_) + " rows of " + std::to_string(D) +
                           " numbers, as many targets" + (has_queue ? " and a queue of " + std::to_string(Queue) : ""));
    held_.lay_out(device_, x.rows.size() / D);
    auto &q = part<0>(held_.value), &t = part<1>(held_.value), &dq = part<2>(held_.value);
    const auto queue = part<0>(fixed_.value).first(Queue);
    const contrastive::detail::number_cells<cell> figure{part<1>(fixed_.value).data};
    upload(q.data, x.rows), upload(t.data, x.targets), upload(queue.data, x.queue);
    upload(dq.data, std::vector<double>(x.rows.size(), std::nan("")));
    context<Device, training> ctx{device_};
    if constexpr (has_queue) L::evaluate(ctx, c, part<3>(held_.value), figure, q, t, queue, dq);
    else L::evaluate(ctx, c, part<3>(held_.value), figure, q, t, dq);
    return {
        download(figure.data, numbers),
        download(dq.data, x.rows.size()),
        {download(q.data, x.rows.size()), download(t.data, x.targets.size()), download(queue.data, x.queue.size())}};
  }

 private:
  using rows = tensor<Device, features<D>>;
  using cell = typename Device::template address<typename Device::element>;
  template <class M = L>
  static auto memory_of_loss() {
    if constexpr (has_queue) return std::type_identity<typename M::template memory<Device, D, Queue>>{};
    else return std::type_identity<typename M::template memory<Device, D>>{};
  }
  using own_memory = typename decltype(memory_of_loss())::type;

  void upload(cell to, const std::vector<double>& from) {
    const std::vector<typename Device::element> converted(from.begin(), from.end());
    device_.upload(to, converted.data(), converted.size());
    device_.finish();
  }
  std::vector<double> download(cell from, std::size_t count) {
    std::vector<typename Device::element> values(count);
    device_.finish();
    device_.download(values.data(), from, count);
    device_.finish();
    return {values.begin(), values.end()};
  }

  Device& device_;
  memory<Device, pack<rows, rows, rows, own_memory>> held_;    // q, t, dq
  memory<Device,
         pack<chunk<Device, features<D>, Queue>, parameter<Device, per_channel<int(numbers)>, role::running_mean>>>
      fixed_;
  std::size_t capacity_;
};

struct target_loss_law_options {
  int rows = 70;    // more than a tile of in_batch_nce
  std::uint64_t seed = 1;
  double values = 1e-6, gradients = 1e-5;    // allowed between the device and the reference, relative
  double differences = 1e-6;                 // allowed between the gradient and finite differences
};

namespace detail {

template <class L, int D, class Device>
struct target_loss_law_trial {
  static constexpr int queue_rows = contrastive::detail::JudgesBesideQueue<L> ? 11 : 0;
  Device& device;
  const typename L::config& config;
  target_loss_law_options o;
  beside_targets x{};
  judged_beside_targets here{};
  laws tried{};

  void begin() {
    const auto draw = [&](int rows, std::uint32_t place) {
      auto some = normal_numbers(std::size_t(rows) * D, o.seed, place);
      normalize_rows(some, D);
      return some;
    };
    x = {draw(o.rows, 1), draw(o.rows, 2), draw(queue_rows, 3)};
    here = judge(device, x);
  }
  judged_beside_targets judge(auto& on, const beside_targets& numbers) const {
    return target_loss_trial<std::remove_reference_t<decltype(on)>, L, D>(on, o.rows)(numbers, config);
  }
  void add(const char* name, double found, double bound) { tried.push_back({name, found, bound}); }
  void must(const char* name, bool holds) { add(name, holds ? 0 : 1, 0); }

  void differentiate() {
    reference oracle;
    target_loss_trial<reference, L, D> trial(oracle, o.rows);
    const auto gradient = trial(x, config).gradient;
    law worst{"the gradient is that of finite differences", 0, o.differences};
    auto moved = x;
    for (const std::size_t k : some_places(60, x.rows.size(), o.seed)) {
      const double step = 1e-5;
      const auto value_at = [&](double at) {
        moved.rows[k] = at;
        return trial(moved, config).value();
      };
      const double slope = (value_at(x.rows[k] + step) - value_at(x.rows[k] - step)) / (2 * step);
      moved.rows[k] = x.rows[k];
      const double difference = std::abs(slope - gradient[k]);
      if (!(difference <= worst.found)) worst.found = difference, worst.where = "number " + std::to_string(k);
    }
    tried.push_back(worst);
  }
  void against_reference() {
    reference oracle;
    const auto there = judge(oracle, x);
    double furthest = 0;
    for (std::size_t k = 0; k < there.figures.size(); ++k)
      furthest = std::max(furthest, relative(here.figures[k], there.figures[k]));
    add("the device's value and figures are the reference's", furthest, o.values);
    add("the device's gradient is the reference's", relative_distance(here.gradient, there.gradient), o.gradients);
  }
  void read_only() {
    must("rows, targets and queue are read and not written",
         here.after.rows == x.rows && here.after.targets == x.targets && here.after.queue == x.queue);
  }
  /// Rows with their targets in the opposite order.
  void turn_around() {
    const auto turned = [](const std::vector<double>& from) {
      std::vector<double> to(from.size());
      for (std::size_t i = 0; i < from.size(); i += D)
        std::copy_n(from.begin() + std::ptrdiff_t(i), D, to.end() - std::ptrdiff_t(i) - D);
      return to;
    };
    const auto there = judge(device, {turned(x.rows), turned(x.targets), x.queue});
    add("the value does not depend on the order of the rows", relative(there.value(), here.value()), o.values);
    add("the gradient goes with its row", relative_distance(turned(there.gradient), here.gradient), o.gradients);
  }
  void rows_of_zeros() {
    const auto stays_finite = [&](bool rows, bool targets) {
      auto some = x;
      if (rows) std::fill_n(some.rows.begin(), 2 * D, 0.);
      if (targets) std::fill_n(some.targets.begin() + D, 2 * D, 0.);
      const auto found = judge(device, some);
      const auto finite = [](double number) { return std::isfinite(number); };
      return std::all_of(found.figures.begin(), found.figures.end(), finite) &&
             std::all_of(found.gradient.begin(), found.gradient.end(), finite);
    };
    must("rows of zeros leave everything finite",
         stays_finite(true, false) && stays_finite(false, true) && stays_finite(true, true));
  }
  void repeat() {
    target_loss_trial<Device, L, D> larger(device, o.rows + 9);
    const auto half = std::ptrdiff_t(o.rows / 2) * D;
    larger({{x.rows.begin(), x.rows.begin() + half}, {x.targets.begin(), x.targets.begin() + half}, x.queue}, config);
    const auto again = larger(x, config);
    must("the same batch gives the same bits, whatever was there before",
         again.gradient == here.gradient && again.figures == here.figures);
  }
  void numbers_that_are_none() {
    auto broken = x;
    broken.rows[D + 1] = std::nan("");
    must("one NaN in a row makes the value not finite", !std::isfinite(judge(device, broken).value()));
    broken = x;
    broken.targets[D + 1] = std::nan("");
    must("one NaN in a target makes the value not finite", !std::isfinite(judge(device, broken).value()));
  }
  static double relative(double a, double b) { return std::abs(a - b) / std::max(1., std::abs(b)); }
};

}    // namespace detail

/// Tries every law on a loss of rows with D numbers beside targets: nothing is thrown for a law that is broken.
///
///     for (const auto& law : ct::testing::target_loss_laws<my_loss, 16>(device)) CHECK(law.holds());
template <TargetLoss L, int D, class Device>
laws target_loss_laws(Device& device, const typename L::config& config = {}, const target_loss_law_options& o = {}) {
  detail::target_loss_law_trial<L, D, Device> trial{device, config, o};
  trial.begin();
  trial.differentiate();
  trial.against_reference();
  trial.read_only();
  trial.turn_around();
  trial.rows_of_zeros();
  trial.repeat();
  trial.numbers_that_are_none();
  return trial.tried;
}

}    // namespace contrastive::testing
