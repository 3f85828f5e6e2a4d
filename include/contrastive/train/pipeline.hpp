// SPDX-License-Identifier: MIT
#pragma once
// A training method as a type: device, sample, views, encoder, projection head, loss, optimizer.
#include <contrastive/data/dataset_concepts.hpp>
#include <contrastive/data/loader.hpp>
#include <contrastive/loss/loss.hpp>
#include <contrastive/model/embedder.hpp>
#include <contrastive/model/frozen.hpp>
#include <contrastive/optim/sgd.hpp>
#include <contrastive/train/callbacks/callback.hpp>
#include <contrastive/train/training_run.hpp>

namespace contrastive {

namespace detail {

template <class Encoder, class Head, class Loss>
using trained_network = sequential<named<"encoder", Encoder>, named<"head", Head>, named<"", prepare_of<Loss>>>;

template <class Encoder, class In>
struct encoder_makes_vectors {
  static_assert(
      never<Encoder>,
      "the encoder of a pipeline ends in a vector for each image: put global_average_pool or flatten at its end");
};
template <class L>
struct pipeline_learns_by {
  static_assert(
      never<L>,
      "this is not a loss: it needs a config, needs_labels and anchor(pairs) (contrastive/loss/loss_concepts.hpp)");
};
template <class L, class Data>
struct loss_has_its_labels {
  static constexpr bool value = !L::needs_labels || (HasLabels<Data> && HasClasses<Data>);
  static_assert(value || !PairLoss<L>,
                "this loss pairs samples by class: the dataset must provide label_at(i) and classes()");
  static_assert(value || PairLoss<L>, "this loss learns classes: the dataset must provide label_at(i) and classes()");
};
template <class Data, class Sample>
struct data_has_samples {
  static_assert(never<Data>, "this data set's images have another shape than the pipeline's samples");
};

/// Each check in turn, up to the first that says no.
template <class Sample, class Views, class Encoder, class Head, class L>
constexpr bool pipeline_fits() {
  if constexpr (!Loss<L>) return refuse<pipeline_learns_by<L>>();
  else if constexpr (!AcceptsSamples<Views, Sample>) return false;
  else if constexpr (!Accepts<Encoder, typename Views::template output<Sample>>) return false;
  else {
    using In = typename Views::template output<Sample>;
    using Features = typename Encoder::template output<In>;
    if constexpr (Features::pixels != 1) return refuse<encoder_makes_vectors<Encoder, In>>();
    else return Accepts<sequential<Head, prepare_of<L>>, Features>;
  }
}
template <class Data, class Sample, class L, class... Callbacks>
constexpr bool run_fits() {
  if constexpr (!std::is_same_v<typename Data::sample, Sample>) return refuse<data_has_samples<Data, Sample>>();
  else if constexpr (L::needs_labels && !LabeledDataset<Data>) return refuse<loss_has_its_labels<L, Data>>();
  else if constexpr (!(Callback<Callbacks> && ...)) return (refuse<callback_can_be_called<Callbacks>>() && ...);
  else return (callback_can_be_called<Callbacks>::value && ...);
}

}    // namespace detail

/// A model that learns by contrast, and all that belongs to it on one device.
///
///     using simclr = ct::pipeline<ct::cpu, ct::image<28, 28, 1>, ct::views<ct::random_resized_crop<>, ct::horizontal_flip>,
///                                 ct::small_convnet<>, ct::mlp<128, 128>, ct::nt_xent>;
///     simclr model{{.seed = 1, .loss = {.temperature = 0.5}}};
///     auto result = model.fit(data, {.epochs = 10, .batch = 256}, ct::progress_bar{});
///
/// Without a device it makes its own; several pipelines may share one. Moves, but does not copy: `clone()` does.
template <class Device, Shape Sample, class Views, class Encoder, class Head, class Loss, class Optimizer = sgd,
          bool Fits = detail::pipeline_fits<Sample, Views, Encoder, Head, Loss>()>
class pipeline {
 public:
  using sample = Sample;
  using input = typename Views::template output<Sample>;
  using features = typename Encoder::template output<input>;
  using network = detail::trained_network<Encoder, Head, Loss>;
  using settings = pipeline_settings<Views, network, Loss, Optimizer>;
  static constexpr int feature_count = features::channels;

  explicit pipeline(settings s = {})
      : own_(std::make_unique<Device>()), device_(own_.get()), state_(std::make_unique<model>(*device_, s)) {}
  pipeline(settings s, Device& device) : device_(&device), state_(std::make_unique<model>(device, s)) {}

  Device& device() const { return *device_; }
  const settings& configuration() const { return state_->config; }
  /// The network on the device: what `save_weights` and `load_weights` walk.
  auto& net() { return state_->net; }
  const auto& net() const { return state_->net; }

  /// Trains on every image of `data`; callbacks may watch, save and stop it.
  ///
  /// Throws argument_error for a batch larger than the data or of one image, and not_finite, with the last good weights
  /// restored, when the loss becomes NaN or infinite.
  template <Dataset Data, class... Callbacks>    // callbacks are checked by sentences below
  fit_result fit(const Data& data, const fit_options& options = {}, Callbacks&&... callbacks) {
    if constexpr (detail::run_fits<Data, Sample, Loss, std::remove_cvref_t<Callbacks>...>()) {
      training_run<Device, Sample, Views, network, Loss, Optimizer, Data> run(*device_, state_->net, state_->config,
                                                                              options, data);
      return run(callbacks...);
    } else return {};
  }

  /// The encoder's features of every image, without augmentation: (images, features).
  template <Dataset Data>
  matrix embed(const Data& data, int rows_at_once = 256) const {
    return embedder<Device, Sample, Views, Encoder>(*device_, state_->config.views, rows_at_once)(
        data, part<0>(state_->net.parameters.value), part<0>(state_->net.statistics.value),
        part<0>(state_->net.config));
  }

  /// A copy of the encoder that nothing can change: what evaluations take. `freeze(last_maps{})` reads more off it.
  template <class Feature = last_layer>
  frozen<Device, Sample, Views, Encoder, Feature> freeze(Feature = {}) const {
    return {*device_, state_->config.views, part<0>(state_->net.config), part<0>(state_->net.parameters.value),
            part<0>(state_->net.statistics.value)};
  }

  /// f(path, role, values) for every parameter, in PyTorch's names; the values are copied from the device.
  void each_parameter(auto&& f) const {
    state_->net.each_parameter([&](const path& where, const auto& p, auto&) { f(where.text, p.what, download(p)); });
  }
  /// f(path, role, values) for every running statistic.
  void each_statistic(auto&& f) const {
    state_->net.each_statistic([&](const path& where, const auto& s) { f(where.text, s.what, download(s)); });
  }

  /// A pipeline with the same weights and statistics, on the same device.
  pipeline clone() const {
    pipeline other = own_ ? pipeline(state_->config) : pipeline(state_->config, *device_);
    state_->copy_to(*device_, *other.state_, *other.device_);
    return other;
  }

 private:
  struct model {
    settings config;
    weights<Device, network, input> net;
    model(Device& device, const settings& s) : config(s), net(device) {
      net.config = s.network;
      contrastive::initialize(device, net, s.seed, s.initialize);
    }
    void copy_to(Device& from, model& other, Device& to) {
      copy_memory(from, net.parameters, to, other.net.parameters);
      copy_memory(from, net.statistics, to, other.net.statistics);
    }
  };

  template <class P>
  std::vector<float> download(const P& p) const {
    const auto v = operand_of(p);
    std::vector<typename Device::element> host(v.size());
    device_->download(host.data(), v.data, host.size());
    return std::vector<float>(host.begin(), host.end());
  }
  template <class T>
  static void copy_memory(Device& from, memory<Device, T>& a, Device& to, memory<Device, T>& b) {    // through the host
    std::vector<std::byte> bytes(memory<Device, T>::size.fixed);
    from.download(bytes.data(), from.address_of(a.data), bytes.size());
    to.upload(to.address_of(b.data), bytes.data(), bytes.size());
    to.finish();
  }

  std::unique_ptr<Device> own_;
  Device* device_;
  std::unique_ptr<model> state_;
};

/// What stands in for a pipeline that was refused: the same members, so that its one mistake is its one error.
template <class Device, Shape Sample, class Views, class Encoder, class Head, class Loss, class Optimizer>
class pipeline<Device, Sample, Views, Encoder, Head, Loss, Optimizer, false> {
 public:
  using settings = pipeline_settings<Views, sequential<Encoder, Head>, Loss, Optimizer>;
  explicit pipeline(settings = {}) {}
  pipeline(settings, Device&) {}
  fit_result fit(const auto&, const fit_options& = {}, auto&&...) { return {}; }
  matrix embed(const auto&, int = 256) const { return {}; }
};

}    // namespace contrastive
