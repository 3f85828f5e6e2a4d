// SPDX-License-Identifier: MIT
#pragma once
// A training method as a type: device, sample, views, encoder, projection head, loss or method, optimizer.
#include <contrastive/backend/backend_concepts.hpp>
#include <contrastive/data/dataset_concepts.hpp>
#include <contrastive/data/loader.hpp>
#include <contrastive/loss/loss.hpp>
#include <contrastive/method/method_concepts.hpp>
#include <contrastive/model/embedder.hpp>
#include <contrastive/model/frozen.hpp>
#include <contrastive/models/encoder_concepts.hpp>
#include <contrastive/nn/layer_concepts.hpp>
#include <contrastive/optim/optimizer_concepts.hpp>
#include <contrastive/optim/schedule_concepts.hpp>
#include <contrastive/optim/sgd.hpp>
#include <contrastive/train/callbacks/callback.hpp>
#include <contrastive/train/training_run.hpp>

namespace contrastive {

namespace detail {

template <class D>
struct pipeline_runs_on {
  static_assert(
      Backend<D>,
      "this is not a device: it needs a name, a default constructor, an element, addresses, buffers, overrides "
      "of each phase and the nine verbs (contrastive/backend/backend_concepts.hpp)");
};
template <class O>
struct pipeline_moves_by {
  static_assert(Optimizer<O>,
                "this is not an optimizer: it needs a config with a learning_rate and members, state<Params> and "
                "update<Net>(...) (contrastive/optim/optimizer_concepts.hpp)");
};
template <class S>
struct run_is_scheduled_by {
  static_assert(Schedule<S>,
                "this is not a schedule: it needs defaults, members(f, s...) and rate(step, total) "
                "(contrastive/optim/schedule_concepts.hpp)");
};
template <class L, class In>
struct network_of_layers {
  static_assert(
      Layer<L, In>,
      "this is not a layer: it is an empty type with output<In>, forward(ctx, own, x, y) and backward(ctx, own, x, "
      "y, dy, dx), and where it has them params, state, config, tape and scratch "
      "(contrastive/nn/layer_concepts.hpp)");
};
template <class E, class In>
struct encoder_is_a_sequence {
  static_assert(Encoder<E, In> && is_sequential<E>,
                "the encoder of a pipeline is a sequential, whose layers have paths: write sequential<...> around a "
                "layer that stands alone");
};
template <class Encoder, class In>
struct encoder_makes_vectors {
  static_assert(
      never<Encoder>,
      "the encoder of a pipeline ends in a vector for each image: put global_average_pool or flatten at its end");
};
template <class X>
struct pipeline_learns_by {
  static_assert(never<X>,
                "this is neither a loss nor a method: a loss needs a config, needs_labels and anchor(pairs) "
                "(contrastive/loss/loss_concepts.hpp), a method a config and on<S> "
                "(contrastive/method/method_concepts.hpp)");
};
template <class M, int Needed, int Found>
struct method_takes_views {
  static_assert(never<M>,
                "this method is made for another number of views of each sample (Needed, Found): say "
                "n_views<Needed, ...>");
};
template <class X>
struct method_takes_local_views {
  static_assert(
      never<X>,
      "this method compares views of one size: say views<...> or n_views<...>; dino and swav take multi_crop, "
      "and a method of yours that says takes_local_views = true");
};
template <class Encoder, class In, class Local>
struct encoder_sees_both_sizes {
  static_assert(
      never<Encoder>,
      "the views of both sizes go through one set of weights, and this encoder would need others for the local "
      "ones: end it in global_average_pool in place of flatten");
};
template <class L, class Data>
struct loss_has_its_labels {
  static constexpr bool value = !needs_labels<L>() || (HasLabels<Data> && HasClasses<Data>);
  static_assert(value || !PairLoss<L>,
                "this loss pairs samples by class: the dataset must provide label_at(i) and classes()");
  static_assert(value || PairLoss<L>, "this loss learns classes: the dataset must provide label_at(i) and classes()");
};
template <class Data, class Sample>
struct data_has_samples {
  static_assert(never<Data>,
                "this data set has other samples than the pipeline: both name one type, of one shape, as their sample");
};

/// Whether a loss or a method is made for so many views.
template <class X, int Views>
constexpr bool takes_views() {
  if constexpr (!requires { X::views_needed; }) return true;
  else if constexpr (X::views_needed == Views) return true;
  else return refuse<method_takes_views<X, X::views_needed, Views>>();
}
/// The number of views, and what the method itself asks of encoder, head and other networks.
template <class M, class S>
constexpr bool method_fits() {
  if constexpr (!takes_views<M, S::view_count>()) return false;
  else if constexpr (requires { M::template fits<S>(); }) return M::template fits<S>();
  else return true;
}
/// Views of a second size, where there are any, suit the method, and the encoder takes them with the same weights.
template <class Device, class Sample, class Views, class E, class X>
constexpr bool local_views_fit() {
  if constexpr (!HasLocalViews<Views>) return true;
  else if constexpr (!requires { requires X::takes_local_views; }) return refuse<method_takes_local_views<X>>();
  else {
    using In = typename Views::template output<Sample>;
    using Local = typename Views::local::template output<Sample>;
    if constexpr (!Accepts<E, Local>) return false;
    else if constexpr (shares_weights<Device, E, In, Local>()) return true;
    else return refuse<encoder_sees_both_sizes<E, In, Local>>();
  }
}
/// Every layer that a sequence names is one for the shape that reaches it; what composes others is asked by its own
/// program.
template <class L, class In, std::size_t I = 0>
constexpr bool are_layers() {
  if constexpr (is_sequential<L>) {
    if constexpr (I == L::depth) return true;
    else if constexpr (!are_layers<typename L::template layer<I>, typename L::template shape_at<In, I>>()) return false;
    else return are_layers<L, In, I + 1>();
  } else if constexpr (Composite<L> || NamesThings<In>) return true;    // first: a residual's memory is dear to ask for
  else if constexpr (Layer<L, In>) return true;
  else return refuse<network_of_layers<L, In>>();
}
/// Each check in turn, up to the first that says no.
template <class Device, class Sample, class Views, class E, class Head, class X, class O>
constexpr bool pipeline_fits() {
  if constexpr (!Backend<Device>) return refuse<pipeline_runs_on<Device>>();
  else if constexpr (!Optimizer<O>) return refuse<pipeline_moves_by<O>>();
  else if constexpr (!Loss<X> && !Method<X>) return refuse<pipeline_learns_by<X>>();
  else if constexpr (!AcceptsSamples<Views, Sample>) return false;
  else if constexpr (!Accepts<E, typename Views::template output<Sample>>) return false;
  else {
    using In = typename Views::template output<Sample>;
    using Features = typename E::template output<In>;
    if constexpr (Features::pixels != 1) return refuse<encoder_makes_vectors<E, In>>();
    else if constexpr (!Encoder<E, In> || !is_sequential<E>) return refuse<encoder_is_a_sequence<E, In>>();
    else if constexpr (!are_layers<E, In>()) return false;
    else if constexpr (!local_views_fit<Device, Sample, Views, E, X>()) return false;
    else if constexpr (!Accepts<Head, Features>) return false;
    else if constexpr (!are_layers<Head, Features>()) return false;
    else if constexpr (!Loss<X>) return method_fits<X, setup<Device, Sample, Views, E, Head, X, O>>();
    else if constexpr (!takes_views<X, Views::count>()) return false;
    else return Accepts<sequential<Head, prepare_of<X>>, Features>;
  }
}
template <class Data, class Sample, class X, class When, class... Callbacks>
constexpr bool run_fits() {
  if constexpr (!Schedule<When>) return refuse<run_is_scheduled_by<When>>();
  else if constexpr (!std::is_same_v<typename Data::sample, Sample>) return refuse<data_has_samples<Data, Sample>>();
  else if constexpr (needs_labels<X>() && !LabeledDataset<Data>) return refuse<loss_has_its_labels<X, Data>>();
  else if constexpr (!(Callback<Callbacks> && ...)) return (refuse<callback_can_be_called<Callbacks>>() && ...);
  else return (callback_can_be_called<Callbacks>::value && ...);
}

/// What a refused pipeline takes for its settings: its own, where its loss or method has any.
struct no_settings {
  using config = no_settings;
};
template <class Views, class Encoder, class Head, class X, class Optimizer>
auto refused_settings() {
  using moved_by = std::conditional_t<requires { typename Optimizer::config; }, Optimizer, no_settings>;
  if constexpr (Loss<X> || Method<X>)
    return declared_settings<method_of<X>, Views, encoder_and_head<Encoder, Head>, moved_by>();
  else return std::type_identity<no_settings>{};
}

}    // namespace detail

/// A model that learns by contrast, and all that belongs to it on one device.
///
///     using augmentations = ct::views<ct::random_resized_crop<>, ct::horizontal_flip>;
///     using simclr = ct::pipeline<ct::cpu, ct::image<28, 28, 1>, augmentations, ct::small_convnet<>,
///                                 ct::mlp<128, 128>, ct::nt_xent>;
///     simclr model{{.seed = 1, .loss = {.temperature = 0.5}}};
///     auto result = model.fit(data, {.epochs = 10, .batch = 256}, ct::progress_bar{});
///
/// Without a device it makes its own; several pipelines may share one. Moves, but does not copy: `clone()` does.
template <class Device, SampleShape Sample, class Views, class Encoder, class Head, class LossOrMethod,
          class Optimizer = sgd,
          bool Fits = detail::pipeline_fits<Device, Sample, Views, Encoder, Head, LossOrMethod, Optimizer>()>
class pipeline {
 public:
  using types = setup<Device, Sample, Views, Encoder, Head, detail::method_of<LossOrMethod>, Optimizer>;
  using learns_by = LossOrMethod;
  using sample = Sample;
  using input = typename types::input;
  using features = typename Encoder::template output<input>;
  using network = typename types::network;
  using settings = typename types::settings;
  using parts_type = typename types::method::template on<types>;
  static constexpr int feature_count = features::channels;

  explicit pipeline(settings s = {})
      : device_(std::make_shared<Device>()), owns_device_(true), state_(std::make_unique<model>(*device_, s)) {}
  pipeline(settings s, Device& device)
      : device_(std::shared_ptr<Device>(), &device), state_(std::make_unique<model>(device, s)) {}

  Device& device() const { return *device_; }
  const settings& configuration() const { return state_->config; }
  /// Encoder and head on the device: what `save_weights` and `load_weights` walk where no other part is named.
  auto& net() { return state_->all.main_net(); }
  const auto& net() const { return std::as_const(state_->all.main_net()); }
  /// All that the method owns, as it declares it: `model.parts().target`.
  parts_type& parts() { return state_->all; }
  const parts_type& parts() const { return state_->all; }

  /// Trains on every image of `data`; callbacks may watch, save and stop it.
  ///
  /// Throws argument_error for a batch larger than the data or of one image, and not_finite, with the last good weights
  /// restored, when the loss becomes NaN or infinite.
  template <Dataset Data, class Schedule = warmup_cosine, class... Callbacks>    // checked by sentences below
  fit_result fit(const Data& data, const fit_options<Schedule>& options = {}, Callbacks&&... callbacks) {
    if constexpr (detail::run_fits<Data, Sample, LossOrMethod, Schedule, std::remove_cvref_t<Callbacks>...>()) {
      training_run<types, Schedule, Data> run(*device_, state_->all, state_->config, options, data);
      return run(callbacks...);
    } else return {};
  }

  /// The encoder's features of every image, without augmentation: (images, features).
  template <Dataset Data>
  matrix embed(const Data& data, int rows_at_once = 256) const {
    return embedder<Device, Sample, Views, Encoder>(*device_, state_->config.views, rows_at_once)(
        data, part<0>(net().parameters.value), part<0>(net().statistics.value), part<0>(net().config));
  }

  /// A copy of the encoder that nothing can change: what evaluations take. `freeze(last_maps{})` reads more off it.
  template <class Feature = last_layer>
    requires(!std::is_convertible_v<Feature, std::string>)
  frozen<Device, Sample, Views, Encoder, Feature> freeze(Feature = {}) const {
    return {device_, state_->config.views, part<0>(net().config), part<0>(net().parameters.value),
            part<0>(net().statistics.value)};
  }
  /// The same of another part that holds an encoder of this kind: a twin, by its name. Throws argument_error for
  /// others.
  template <class Feature = last_layer>
  frozen<Device, Sample, Views, Encoder, Feature> freeze(const std::string& part_name, Feature = {}) const {
    const detail::network_memory<types> held = parts().named(part_name).main_network();
    if (!held.parameters)
      throw argument_error("the part '" + part_name + "' holds no encoder of this pipeline: it cannot be frozen");
    return {device_, state_->config.views, part<0>(net().config), part<0>(*held.parameters), part<0>(*held.statistics)};
  }

  /// f(path, role, values) for every parameter, in PyTorch's names; the values are copied from the device.
  void each_parameter(auto&& f) const {
    state_->all.main_net().each_parameter(
        [&](const path& where, const auto& p, auto&) { f(where.text, p.what, download(p)); });
  }
  /// f(path, role, values) for every running statistic.
  void each_statistic(auto&& f) const {
    state_->all.main_net().each_statistic(
        [&](const path& where, const auto& s) { f(where.text, s.what, download(s)); });
  }

  /// A pipeline with the same weights and statistics, on the same device.
  pipeline clone() const {
    pipeline other = owns_device_ ? pipeline(state_->config) : pipeline(state_->config, *device_);
    state_->all.copy_to(other.state_->all);
    return other;
  }

 private:
  struct model {
    settings config;
    parts_type all;
    model(Device& device, const settings& s) : config(s), all{{device}} { all.initialize(s); }
  };

  template <class P>
  std::vector<float> download(const P& p) const {
    const auto v = operand_of(p);
    std::vector<typename Device::element> host(v.size());
    device_->download(host.data(), v.data, host.size());
    return std::vector<float>(host.begin(), host.end());
  }

  std::shared_ptr<Device> device_;    // one that was given is looked at and not owned
  bool owns_device_ = false;
  std::unique_ptr<model> state_;
};

/// What stands in for a pipeline that was refused: the same members, so that its one mistake is its one error.
template <class Device, SampleShape Sample, class Views, class Encoder, class Head, class LossOrMethod, class Optimizer>
class pipeline<Device, Sample, Views, Encoder, Head, LossOrMethod, Optimizer, false> {
 public:
  using settings = typename decltype(detail::refused_settings<Views, Encoder, Head, LossOrMethod, Optimizer>())::type;
  explicit pipeline(settings = {}) {}
  pipeline(settings, Device&) {}
  fit_result fit(const auto&) { return {}; }
  template <class Schedule = warmup_cosine>
  fit_result fit(const auto&, const fit_options<Schedule>&, auto&&...) {
    return {};
  }
  matrix embed(const auto&, int = 256) const { return {}; }
};

}    // namespace contrastive
