// SPDX-License-Identifier: MIT
#pragma once
// What encoder and head of a pipeline together make of images.
#include <contrastive/model/embedder.hpp>

namespace contrastive {

namespace detail {
/// A model with types of its own, a device, and a network whose first two parts are encoder and head.
template <class Model>
concept HasEncoderAndHead = requires(const Model& m) {
  typename Model::types;
  m.device();
  part<1>(m.net().parameters.value);
};

/// f(embedder, parameters, statistics, config) for encoder and head as one network; addresses only, nothing is copied.
template <class Model>
auto with_whole_network(const Model& model, int rows_at_once, auto&& f) {
  using types = typename Model::types;
  using Device = typename types::device;
  using network = sequential<typename types::encoder, typename types::head>;
  const auto& net = model.net();
  pack<params_of<typename types::encoder, Device, typename types::input>,
       std::remove_cvref_t<decltype(part<1>(net.parameters.value))>>
      params;
  pack<std::remove_cvref_t<decltype(part<0>(net.statistics.value))>,
       std::remove_cvref_t<decltype(part<1>(net.statistics.value))>>
      statistics;
  config_of<network> config;
  for_each_index<2>([&](auto i) {
    part<i>(params) = part<i>(net.parameters.value);
    part<i>(statistics) = part<i>(net.statistics.value);
    part<i>(config) = part<i>(net.config);
  });
  embedder<Device, typename types::sample, typename types::views, network> run(
      model.device(), model.configuration().views, rows_at_once);
  return f(run, params, statistics, config);
}

}    // namespace detail

/// What encoder and head together make of every image in inference, without augmentation: (images, outputs).
template <detail::HasEncoderAndHead Model, Dataset Data>
  requires std::same_as<typename Data::sample, typename Model::sample>
matrix outputs(const Model& model, const Data& data, int rows_at_once = 256) {
  return detail::with_whole_network(model, rows_at_once,
                                    [&](auto& run, const auto&... network) { return run(data, network...); });
}
/// The same of augmented images, drawn as in training: a matrix for each view, row i of each being image i. What a
/// contrastive loss compares, but for the normalization to length 1.
template <detail::HasEncoderAndHead Model, Dataset Data>
  requires std::same_as<typename Data::sample, typename Model::sample>
std::vector<matrix> outputs_of_views(const Model& model, const Data& data, random_key key = {},
                                     int rows_at_once = 256) {
  return detail::with_whole_network(
      model, rows_at_once, [&](auto& run, const auto&... network) { return run.views(data, key, network...); });
}

}    // namespace contrastive
