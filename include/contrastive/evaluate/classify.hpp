// SPDX-License-Identifier: MIT
#pragma once
// What a network with a classifier for its head says of images: its outputs, and its classes.
#include <contrastive/evaluate/confusion_matrix.hpp>
#include <contrastive/loss/cross_entropy.hpp>
#include <contrastive/train/pipeline.hpp>

namespace contrastive {

struct classification_result {
  double accuracy = 0;                   // 0 … 1
  std::vector<double> class_accuracy;    // of each class
  confusion_matrix confusion;            // (truth, predicted)
  std::vector<int> predicted;            // a class for each image
};

namespace detail {

/// f(embedder, parameters, statistics, config) for encoder and head as one network; addresses only, nothing is copied.
template <class Device, Shape Sample, class Views, class Encoder, class Head, class L, class Optimizer>
auto with_whole_network(const pipeline<Device, Sample, Views, Encoder, Head, L, Optimizer, true>& model,
                        int rows_at_once, auto&& f) {
  using network = sequential<Encoder, Head>;
  const auto& net = model.net();
  pack<params_of<Encoder, Device, typename Views::template output<Sample>>,
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
  embedder<Device, Sample, Views, network> run(model.device(), model.configuration().views, rows_at_once);
  return f(run, params, statistics, config);
}

}    // namespace detail

/// What encoder and head together make of every image in inference, without augmentation: (images, outputs).
template <class Device, Shape Sample, class Views, class Encoder, class Head, class L, class Optimizer, Dataset Data>
  requires std::same_as<typename Data::sample, Sample>
matrix outputs(const pipeline<Device, Sample, Views, Encoder, Head, L, Optimizer, true>& model, const Data& data,
               int rows_at_once = 256) {
  return detail::with_whole_network(model, rows_at_once,
                                    [&](auto& run, const auto&... network) { return run(data, network...); });
}
/// The same of augmented images, drawn as in training: a matrix for each view, row i of each being image i. What a
/// contrastive loss compares, but for the normalization to length 1.
template <class Device, Shape Sample, class Views, class Encoder, class Head, class L, class Optimizer, Dataset Data>
  requires std::same_as<typename Data::sample, Sample>
std::vector<matrix> outputs_of_views(const pipeline<Device, Sample, Views, Encoder, Head, L, Optimizer, true>& model,
                                     const Data& data, random_key key = {}, int rows_at_once = 256) {
  return detail::with_whole_network(
      model, rows_at_once, [&](auto& run, const auto&... network) { return run.views(data, key, network...); });
}

/// The classes of a data set by a pipeline that learned by cross-entropy: of each image the largest output, of equals the
/// first. Throws data_error for a label that is not one of the head's classes.
///
///     using classifier = ct::pipeline<ct::cpu, ct::image<28, 28, 1>, ct::n_views<1, ct::random_resized_crop<>>,
///                                     ct::small_convnet<>, ct::mlp<10>, ct::cross_entropy>;
///     classifier model;
///     model.fit(few, {.epochs = 40, .batch = 100});
///     std::cout << ct::classify(model, data.test()).accuracy;
template <class Device, Shape Sample, class Views, class Encoder, class Head, class Optimizer, LabeledDataset Data>
  requires std::same_as<typename Data::sample, Sample>
classification_result classify(
    const pipeline<Device, Sample, Views, Encoder, Head, cross_entropy, Optimizer, true>& model, const Data& data,
    int rows_at_once = 256) {
  const matrix logits = outputs(model, data, rows_at_once);
  classification_result result;
  std::vector<int> truth;
  for (std::size_t i = 0; i < logits.rows(); ++i) {
    const auto row = logits.row(i);
    result.predicted.push_back(int(std::max_element(row.begin(), row.end()) - row.begin()));
    truth.push_back(int(data.label_at(i)));
  }
  result.confusion = confusion_matrix(truth, result.predicted, int(logits.columns()));
  result.accuracy = result.confusion.accuracy();
  result.class_accuracy = result.confusion.class_accuracy();
  return result;
}

}    // namespace contrastive
