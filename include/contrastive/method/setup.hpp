// SPDX-License-Identifier: MIT
#pragma once
// A pipeline's types by name, and one step of it: what a method is written for.
#include <contrastive/augment/views.hpp>
#include <contrastive/core/tensor.hpp>
#include <contrastive/loss/report.hpp>
#include <contrastive/method/settings.hpp>
#include <contrastive/optim/schedule.hpp>
#include <contrastive/optim/scheduled.hpp>

#include <cmath>

namespace contrastive {

namespace detail {
/// What a method need not say: encoder and head in a row; its settings; that it looks at no labels.
template <class Encoder, class Head>
using encoder_and_head = sequential<named<"encoder", Encoder>, named<"head", Head>>;

template <class M, class Encoder, class Head>
auto declared_network() {
  if constexpr (requires { typename M::template network<Encoder, Head>; })
    return std::type_identity<typename M::template network<Encoder, Head>>{};
  else return std::type_identity<encoder_and_head<Encoder, Head>>{};
}
template <class M, class Views, class Net, class Optimizer>
auto declared_settings() {
  if constexpr (requires { typename M::template settings<Views, Net, Optimizer>; })
    return std::type_identity<typename M::template settings<Views, Net, Optimizer>>{};
  else return std::type_identity<method_settings<Views, Net, M, Optimizer>>{};
}
/// The shape of views of the second size; where there are none, that of all.
template <class Views, class Sample>
auto local_shape() {
  if constexpr (HasLocalViews<Views>) return std::type_identity<typename Views::local::template output<Sample>>{};
  else return std::type_identity<typename Views::template output<Sample>>{};
}
template <class Views>
constexpr int local_views_of() {
  if constexpr (HasLocalViews<Views>) return Views::local::count;
  else return 0;
}
template <class M>
constexpr bool needs_labels() {
  if constexpr (requires { M::needs_labels; }) return M::needs_labels;
  else return false;
}
template <class M>
constexpr bool needs_samples() {
  if constexpr (requires { M::needs_samples; }) return M::needs_samples;
  else return false;
}
/// Whether rows that all point one way are of no use to it: false where only distances or values count.
template <class M>
constexpr bool compares_directions() {
  if constexpr (requires { M::compares_directions; }) return M::compares_directions;
  else return true;
}
}    // namespace detail

/// The types of a pipeline.
template <class Device, SampleShape Sample, class Views, class Encoder, class Head, class Method, class Optimizer>
struct setup {
  using device = Device;
  using sample = Sample;
  using views = Views;
  using encoder = Encoder;
  using head = Head;
  using method = Method;
  using optimizer = Optimizer;
  using input = typename Views::template output<Sample>;
  using local_input = typename decltype(detail::local_shape<Views, Sample>())::type;
  /// The network whose first part is the encoder.
  using network = typename decltype(detail::declared_network<Method, Encoder, Head>())::type;
  using settings = typename decltype(detail::declared_settings<Method, Views, network, Optimizer>())::type;
  using element = typename Device::element;
  /// Views of a sample: of the size of `input`, of the second size (multi_crop), and of both.
  static constexpr int global_count = Views::count, local_count = detail::local_views_of<Views>(),
                       view_count = global_count + local_count;
  static constexpr bool needs_labels = detail::needs_labels<Method>();
  static constexpr bool needs_samples = detail::needs_samples<Method>();

  /// What Net makes of shape In: by default the pipeline's network of its views.
  template <class Net = network, class In = input>
  using output_of = typename Net::template output<In>;
};

namespace detail {
/// Where a step is: which batch, how far, how fast.
struct step_place {
  int epoch = 0;    // from 0
  int step = 0;     // from 0, over all epochs
  int steps_total = 1;
  bool ends_epoch = false;
  double scheduled = 1;    // share of the base rate
  batch_scaling scaling = batch_scaling::none;
  int batch = 1;    // samples

  /// The learning rate whose base is given.
  double rate(double base) const { return base_rate(base) * scheduled; }
  /// The same without the schedule.
  double base_rate(double base) const { return detail::scaled_rate(scaling, base, batch); }
  /// How much of the run is behind: 0 … 1.
  double progress() const { return double(step) / double(steps_total); }
};

/// Thrown inside a step whose loss is not finite; the run turns it into not_finite.
struct loss_not_finite {
  loss_report report;
};
}    // namespace detail

/// One step: a context for the verbs, and the batch, the settings, the place of the step. Row v·n + i of `views` is
/// view v of sample i, as it is of `labels`. Views of a second size stand apart, in `local_views`, and count on behind
/// those of the first.
template <class S, class Watch = detail::unwatched>
struct moment {
  using backend = typename S::device;
  using phase = training;
  typename S::device& device;
  const typename S::settings& settings;
  detail::step_place at;
  tensor<typename S::device, typename S::input> views;             // (v·n, h, w, c), v = global_count
  tensor<typename S::device, features<1>, std::int32_t> labels;    // (v·n); empty where nobody needs them
  tensor<typename S::device, typename S::input> samples;           // (n, h, w, c) as in use, without chance; likewise
  Watch& watch;
  tensor<typename S::device, typename S::local_input> local_views{};    // (v·n, h', w', c), v = local_count

  random_key key() const { return {settings.seed, std::uint32_t(at.step)}; }

  /// Rows of view v: of the views themselves, or of what a network made of some or all of them.
  template <class T>
  T view(const T& of_all, int v) const {
    const int n = views.rows / S::global_count;
    if (n == 0 || v < 0 || v >= S::view_count || of_all.rows % n != 0 || (v + 1) * n > of_all.rows)
      throw argument_error("there is no view " + std::to_string(v) + " among " + std::to_string(of_all.rows) +
                           " rows of " + std::to_string(S::view_count) + " views, which count from 0");
    const auto rows = operand_of(of_all).slice(v * n, n);
    return {rows.data, rows.rows};
  }

  /// The report, if its value is finite: asked before each update, so nothing moves by a gradient that is none.
  const loss_report& checked(const loss_report& report) const {
    if (!std::isfinite(report.value)) throw detail::loss_not_finite{report};
    return report;
  }
};

}    // namespace contrastive
