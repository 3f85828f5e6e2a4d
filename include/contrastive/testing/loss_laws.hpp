// SPDX-License-Identifier: MIT
#pragma once
// The laws that every loss obeys, tried on a loss of yours: on a device, and against the reference in double.
#include <contrastive/backend/reference.hpp>
#include <contrastive/loss/loss.hpp>
#include <contrastive/testing/law.hpp>
#include <contrastive/testing/random.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace contrastive::testing {

/// What a loss makes of one batch: its report, and the gradient of every number of z.
struct judged {
  loss_report report;
  std::vector<double> gradient;
};

/// A loss on a device with its memory for up to `capacity` rows of D numbers: numbers of the host go in and come out.
///
///     loss_trial<device, nt_xent, 8> loss{dev, 64};
///     auto [report, gradient] = loss(z, {}, 2, {.temperature = 0.1});    // z (n, 8), row-major
template <class Device, class L, int D>
class loss_trial {
 public:
  using config = typename L::config;

  loss_trial(Device& device, int capacity)
      : device_(device),
        pass_(device, std::size_t(capacity)),
        ends_(device, std::size_t(capacity)),
        capacity_(std::size_t(capacity)) {}

  /// Labels are not looked at where the loss needs none.
  judged operator()(const std::vector<double>& z, const std::vector<std::int32_t>& labels, int views, const config& c) {
    lay_out(z);
    auto& dz = part<1>(ends_.value);
    upload(part<0>(ends_.value), z);
    upload(dz, std::vector<double>(z.size(), std::nan("")));
    run(labels, views, c, dz);
    return {pass_.read(device_, c), download(dz)};
  }
  /// The same where nobody wants the gradient.
  loss_report value(const std::vector<double>& z, const std::vector<std::int32_t>& labels, int views, const config& c) {
    lay_out(z);
    upload(part<0>(ends_.value), z);
    no_gradient none;
    run(labels, views, c, none);
    return pass_.read(device_, c);
  }

 private:
  using rows = tensor<Device, features<D>>;
  void run(const std::vector<std::int32_t>& labels, int views, const config& c, auto& dz) {
    auto& z = part<0>(ends_.value);
    if constexpr (L::needs_labels) {
      auto on_device = part<2>(ends_.value);
      on_device.rows = int(labels.size());
      device_.upload(on_device.data, labels.data(), labels.size());
      device_.finish();
      pass_(device_, c, z, on_device, views, dz);
    } else pass_(device_, c, z, no_labels{}, views, dz);
    device_.finish();
  }
  void lay_out(const std::vector<double>& z) {
    if (z.size() % D != 0 || z.size() / D > capacity_)
      throw argument_error("a trial of a loss for " + std::to_string(capacity_) + " rows of " + std::to_string(D) +
                           " numbers got " + std::to_string(z.size()) + " numbers");
    ends_.lay_out(device_, z.size() / D);
  }
  void upload(const rows& to, const std::vector<double>& from) {
    const std::vector<typename Device::element> converted(from.begin(), from.end());
    device_.upload(to.data, converted.data(), converted.size());
    device_.finish();
  }
  std::vector<double> download(const rows& from) {
    std::vector<typename Device::element> values(operand_of(from).size());
    device_.download(values.data(), from.data, values.size());
    device_.finish();
    return {values.begin(), values.end()};
  }

  Device& device_;
  loss_pass<Device, L, features<D>> pass_;
  memory<Device, pack<rows, rows, tensor<Device, features<1>, std::int32_t>>> ends_;    // z, dz, labels
  std::size_t capacity_;
};

struct loss_law_options {
  int samples = 40, views = 2, classes = 5;    // samples · views rows: more than a strip has anchors
  std::uint64_t seed = 1;
  double values = 1e-6, gradients = 1e-5;    // allowed between the device and the reference, relative
  double differences = 1e-6;                 // allowed between the gradient and finite differences
  bool stops = false;    // the loss lets nothing back through a part of it: its gradient is no finite difference
};

namespace detail {

template <class L, int D, class Device>
struct loss_law_trial {
  static constexpr std::size_t width = D;
  Device& device;
  const typename L::config& config;
  loss_law_options o;
  std::vector<double> z{};
  std::vector<std::int32_t> labels{};
  judged here{};
  laws tried{};

  int rows() const { return o.samples * o.views; }
  void begin() {
    z = normal_numbers(std::size_t(rows()) * width, o.seed, 1);
    if constexpr (PairLoss<L>) normalize_rows(z, width);
    const auto drawn = normal_numbers(std::size_t(o.samples), o.seed, 2);
    for (int i = 0; i < rows(); ++i) {
      const int classes = PairLoss<L> ? o.classes : std::min(o.classes, D);
      labels.push_back(std::int32_t(std::abs(drawn[std::size_t(i % o.samples)]) * 1000) % classes);
    }
    here = judge(device, z, labels);
  }
  judged judge(auto& on, const auto& numbers, const auto& classes) const {
    return loss_trial<std::remove_reference_t<decltype(on)>, L, D>(on, rows())(numbers, classes, o.views, config);
  }
  void add(const char* name, double found, double bound) { tried.push_back({name, found, bound}); }

  void differentiate() {
    reference oracle;
    loss_trial<reference, L, D> trial(oracle, rows());
    const auto gradient = trial(z, labels, o.views, config).gradient;
    const auto value = [&] { return trial.value(z, labels, o.views, config).value; };
    law worst{"the gradient is that of finite differences", 0, o.differences};
    for (const std::size_t k : some_places(60, z.size(), o.seed)) {
      const double at = z[k], step = 1e-5;
      z[k] = at + step;
      const double above = value();
      z[k] = at - step;
      const double difference = std::abs((above - value()) / (2 * step) - gradient[k]);
      z[k] = at;
      if (!(difference <= worst.found)) worst.found = difference, worst.where = "number " + std::to_string(k);
    }
    tried.push_back(worst);
  }
  void against_reference() {
    reference oracle;
    const judged there = judge(oracle, z, labels);
    add("the device's value is the reference's", relative(here.report.value, there.report.value), o.values);
    add("the device's gradient is the reference's", relative_distance(here.gradient, there.gradient), o.gradients);
    add("the device's chance level is the reference's", relative(here.report.chance_level, there.report.chance_level),
        o.values);
    add("the device's figures are the reference's", furthest(here.report.figures, there.report.figures), o.values);
  }
  /// The samples in the opposite order, in every view.
  void turn_around() {
    auto turned = z;
    auto classes = labels;
    for (int view = 0; view < o.views; ++view) {
      const auto first = std::size_t(view * o.samples), last = std::size_t((view + 1) * o.samples);
      for (std::size_t i = 0; i < last - first; ++i) {
        std::copy_n(z.begin() + std::ptrdiff_t((first + i) * width), width,
                    turned.begin() + std::ptrdiff_t((last - 1 - i) * width));
        classes[last - 1 - i] = labels[first + i];
      }
    }
    add("the value does not depend on the order of the samples",
        relative(judge(device, turned, classes).report.value, here.report.value), o.values);
  }
  void collapse() {
    std::vector<double> same(z.size(), 0.);
    if constexpr (PairLoss<L>)
      for (std::size_t i = 0; i < same.size(); i += width) same[i] = 1;
    const auto report = judge(device, same, labels).report;
    add("where all rows coincide the value is the chance level", relative(report.value, report.chance_level), o.values);
    if (const double* accuracy = report.figures.find("accuracy"))
      add("where all rows coincide accuracy is not perfect", *accuracy, 0.999);
  }
  void repeat() {
    loss_trial<Device, L, D> larger(device, rows() + 9);
    const auto half = o.samples / 2 * o.views;
    larger({z.begin(), z.begin() + std::ptrdiff_t(half) * D}, {labels.begin(), labels.begin() + half}, o.views, config);
    const auto again = larger(z, labels, o.views, config);
    add("the same batch gives the same bits, whatever was there before", again.gradient == here.gradient ? 0 : 1, 0);
    const double alone = larger.value(z, labels, o.views, config).value;
    add("the value without a gradient is the same", contrastive::detail::is_exactly(alone, here.report.value) ? 0 : 1,
        0);
  }
  void numbers_that_are_none() {
    auto broken = z;
    broken[width + 1] = std::nan("");
    add("one NaN in a row makes the value not finite",
        std::isfinite(judge(device, broken, labels).report.value) ? 1 : 0, 0);
  }
  /// Where the names differ it is infinite.
  static double furthest(const figure_list& a, const figure_list& b) {
    double most = a.names() == b.names() ? 0 : std::numeric_limits<double>::infinity();
    for (const figure& f : a)
      if (const double* other = b.find(f.name)) most = std::max(most, relative(f.value, *other));
    return most;
  }
  static double relative(double a, double b) { return std::abs(a - b) / std::max(1., std::abs(b)); }
};

}    // namespace detail

/// Tries every law on a loss of rows with D numbers: nothing is thrown for a law that is broken.
///
///     for (const auto& law : ct::testing::loss_laws<my_loss, 16>(device)) CHECK(law.holds());
template <class L, int D, class Device>
laws loss_laws(Device& device, const typename L::config& config = {}, const loss_law_options& o = {}) {
  detail::loss_law_trial<L, D, Device> trial{device, config, o};
  trial.begin();
  if (!o.stops) trial.differentiate();
  trial.against_reference();
  trial.turn_around();
  trial.collapse();
  trial.repeat();
  trial.numbers_that_are_none();
  return trial.tried;
}

}    // namespace contrastive::testing
