// SPDX-License-Identifier: MIT
#pragma once
// What the quick start finds out, apart from how it is shown: rows of the table, curves, maps, pictures.
#include "tsne.hpp"

#include <contrastive/evaluate/confusion_matrix.hpp>

#include <optional>
#include <string>
#include <vector>

namespace quickstart {

/// One encoder in the table; figures are percent, empty where they do not apply or were not measured.
struct row {
  std::string encoder, title, labels_seen;
  std::optional<double> end_to_end{}, linear_100{}, linear_10{}, linear_1{}, knn_100{}, knn_10{}, knn_1{}, seconds{},
      views_per_second{};
};

/// The losses of one training, step by step.
struct curve {
  std::string title;
  std::vector<double> loss{}, accuracy{};    // accuracy: share of rows whose most similar row is a positive
  double chance_level = 0;
};

/// An encoder's test embeddings in two dimensions, and in numbers.
struct map_figure {
  std::string title;
  std::vector<point> points{};
  std::vector<int> labels{};
  double cost = 0, alignment = 0, uniformity = 0, effective_rank = 0;
  double false_share = 0, false_similarity = 0, true_similarity = 0;
};

struct picture {
  std::vector<std::uint8_t> pixels{};
  std::string title;
  bool right = true;    // a neighbor of the same class
};
/// A test image, and its nearest neighbors by each encoder.
struct neighbors_figure {
  picture asked;
  std::vector<std::pair<std::string, std::vector<picture>>> by{};
};

struct result {
  std::vector<std::string> classes{};
  int height = 0, width = 0, channels = 0;
  std::vector<row> rows{};
  std::vector<curve> curves{};
  std::vector<map_figure> maps{};
  std::vector<neighbors_figure> neighbors{};
  contrastive::confusion_matrix confusion{};
  std::vector<std::pair<std::string, std::string>> run{};    // what was run, on what
};

}    // namespace quickstart
