// SPDX-License-Identifier: MIT
#pragma once
// What a network with a classifier for its head says of images: its outputs, and its classes.
#include <contrastive/data/labels.hpp>
#include <contrastive/evaluate/confusion_matrix.hpp>
#include <contrastive/loss/loss_concepts.hpp>
#include <contrastive/model/labeled_features.hpp>
#include <contrastive/model/outputs.hpp>

#include <algorithm>

namespace contrastive {

/// What classify found.
struct classification_result {
  double accuracy = 0;                   // 0 … 1
  std::vector<double> class_accuracy;    // of each class
  confusion_matrix confusion;            // (truth, predicted)
  std::vector<int> predicted;            // a class for each image
};

/// The classes of a data set by a pipeline that learned by cross-entropy or fine_tune: of each image the largest
/// output, of equals the first. Throws data_error for a label that is not one of the head's classes, and where an
/// output is no finite number: such weights know no class.
///
///     using classifier = ct::pipeline<ct::cpu, ct::image<28, 28, 1>, ct::n_views<1, ct::random_resized_crop<>>,
///                                     ct::small_convnet<>, ct::mlp<10>, ct::cross_entropy>;
///     classifier model;
///     model.fit(few, {.epochs = 40, .batch = 100});
///     std::cout << ct::classify(model, data.test()).accuracy;
template <detail::HasEncoderAndHead Model, LabeledDataset Data>
  requires LearnsClasses<typename Model::learns_by> && std::same_as<typename Data::sample, typename Model::sample>
classification_result classify(const Model& model, const Data& data, int rows_at_once = 256) {
  const matrix logits = outputs(model, data, rows_at_once);
  detail::require_finite(logits, "classify", " of the outputs");
  const auto truth = detail::labels_of(data, logits.rows(), "classify");
  classification_result result;
  for (std::size_t i = 0; i < logits.rows(); ++i) {
    const auto row = logits.row(i);
    result.predicted.push_back(int(std::max_element(row.begin(), row.end()) - row.begin()));
  }
  result.confusion = confusion_matrix(truth, result.predicted, int(logits.columns()));
  result.accuracy = result.confusion.accuracy();
  result.class_accuracy = result.confusion.class_accuracy();
  return result;
}

}    // namespace contrastive
