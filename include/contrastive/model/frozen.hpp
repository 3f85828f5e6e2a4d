// SPDX-License-Identifier: MIT
#pragma once
// A frozen encoder: a copy of one that was trained, in the phase of inference, which nothing can change any more.
#include <contrastive/data/labels.hpp>
#include <contrastive/model/embedder.hpp>
#include <contrastive/model/feature.hpp>
#include <contrastive/model/labeled_features.hpp>

#include <memory>
#include <utility>

namespace contrastive {

/// The encoder of a pipeline as it was when `freeze()` made this copy: before the head, without augmentation.
///
/// Feature says what is read off it: `last_layer` or `last_maps` (model/feature.hpp). It shares the device that a
/// pipeline made for itself; a device that the pipeline was given must live as long.
template <class Device, SampleShape Sample, class Views, class Encoder, class Feature = last_layer>
class frozen {
 public:
  using sample = Sample;
  using input = typename Views::template output<Sample>;
  using is_frozen_encoder = void;
  static constexpr std::size_t feature_count = embedder<Device, Sample, Views, Encoder, Feature>::columns;

  frozen(std::shared_ptr<Device> device, const typename Views::config& views, const config_of<Encoder>& config,
         const auto& params, const auto& statistics)
      : device_(std::move(device)), state_(std::make_unique<state>(*device_, views, config)) {
    const auto copy = [&](const auto&, auto& from, auto& to) {
      const auto target = flat(to);
      device_->copy(target.data, flat(from).data, target.size());
    };
    contrastive::visit<Encoder>(copy, no_path{}, params, state_->parameters.value);
    contrastive::visit<Encoder>(copy, no_path{}, statistics, state_->statistics.value);
    device_->finish();
  }

  Device& device() const { return *device_; }

  /// The numbers of its views, and addresses of its weights and statistics: for passes that read them.
  const typename Views::config& views() const { return state_->views; }
  auto slots() const {
    return slot{state_->parameters.value, state_->statistics.value, state_->config, unwanted_gradients};
  }

  /// (samples, features), in the order of the data set.
  template <Dataset Data>
    requires std::same_as<typename Data::sample, Sample>
  matrix embed(const Data& data, int rows_at_once = 256) const {
    return embedder<Device, Sample, Views, Encoder, Feature>(*device_, state_->views, rows_at_once)(
        data, state_->parameters.value, state_->statistics.value, state_->config);
  }
  /// The same of augmented images, drawn as in training: a matrix for each view, row i of each being image i.
  template <Dataset Data>
    requires std::same_as<typename Data::sample, Sample>
  std::vector<matrix> embed_views(const Data& data, random_key key = {}, int rows_at_once = 256) const {
    return embedder<Device, Sample, Views, Encoder, Feature>(*device_, state_->views, rows_at_once)
        .views(data, key, state_->parameters.value, state_->statistics.value, state_->config);
  }
  /// The same of images as they are, with the labels beside them. Throws data_error for a label that no int holds.
  template <LabeledDataset Data>
    requires std::same_as<typename Data::sample, Sample>
  labeled_features read(const Data& data, int rows_at_once = 256) const {
    const int classes = detail::class_count(data, "read");
    auto labels = detail::labels_of(data, std::size_t(data.size()), "read");
    return {embed(data, rows_at_once), std::move(labels), classes};
  }

 private:
  struct state {
    typename Views::config views;
    config_of<Encoder> config;
    memory<Device, params_of<Encoder, Device, input>> parameters;
    memory<Device, state_of<Encoder, Device, input>> statistics;
    state(Device& device, const typename Views::config& v, const config_of<Encoder>& c)
        : views(v), config(c), parameters(device, 0), statistics(device, 0) {}
  };
  static inline params_of<Encoder, detail::for_nobody<Device>, input> unwanted_gradients{};    // empty
  std::shared_ptr<Device> device_;                                                             // before what lies on it
  std::unique_ptr<state> state_;
};

/// What model.freeze() returns: an encoder that only answers.
template <class E>
concept FrozenEncoder = requires { typename E::is_frozen_encoder; };

}    // namespace contrastive
