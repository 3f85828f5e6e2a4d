// SPDX-License-Identifier: MIT
#pragma once
// The report's figures from features: maps, neighbors, negatives, and the two losses of one view.
#include "session.hpp"

namespace quickstart {

picture picture_of(const auto& data, std::size_t i, int label_asked) {
  const int label = int(data.label_at(i));
  std::vector<std::uint8_t> pixels(sample::size);
  ct::read_sample(data, i, pixels);
  return {pixels, data_set::names[std::size_t(label)], label == label_asked};
}

/// The map and numbers of test images: their features, and the features of two views of each.
map_figure map_figure_of(const std::string& title, const ct::labeled_features& images,
                         const std::vector<ct::matrix>& views, const session& s);

/// Outputs of the head for two views of each image, as the loss compares them.
negatives_figure negatives_of(const std::string& title, const std::vector<ct::matrix>& views,
                              const std::vector<int>& labels);

/// A column of nearest training images for the first test images.
void add_neighbors(result& r, const std::string& title, const images& data, const ct::labeled_features& known,
                   const ct::labeled_features& asked);

/// softmax(cosine / temperature) of row 0 of the first view over all other rows of both: first the other rows of view 0.
std::vector<double> contrastive_softmax(const std::vector<ct::matrix>& views, double temperature);
std::vector<double> softmax(std::span<const float> logits);

}    // namespace quickstart
