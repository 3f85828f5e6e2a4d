// SPDX-License-Identifier: MIT
#pragma once
// What the quick start finds out, apart from how it is shown: rows of the table, curves, maps, pictures.
#include "tsne.hpp"

#include <contrastive/evaluate/confusion_matrix.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace quickstart {

/// One encoder in the table; figures are percent, empty where they do not apply or were not measured. Those of few labels are
/// means over the draws.
struct row {
  std::string encoder, title;
  double labels_seen = 0;    // percent, while the encoder learned
  std::optional<double> end_to_end{}, linear_100{}, linear_10{}, linear_1{}, knn_100{}, knn_10{}, knn_1{}, seconds{},
      views_per_second{};
};

/// The losses of one training, step by step.
struct curve {
  std::string title, accuracy_title;    // the latter: what the accuracy counts
  std::vector<double> loss{}, accuracy{};
  double chance_level = 0;
};

/// An encoder's test embeddings in two dimensions, and in numbers.
struct map_figure {
  std::string title;
  std::vector<point> points{};
  std::vector<int> labels{};
  double cost = 0, alignment = 0, uniformity = 0, effective_rank = 0;
};

/// What an encoder's loss meets among the negatives: mean cosines to the anchor.
struct negatives_figure {
  std::string title;
  double positive = 0, same_class = 0, other_class = 0;
  double same_share = 0;    // of the negatives that have the anchor's class
};

struct picture {
  std::vector<std::uint8_t> pixels{};
  std::string title{};
  bool right = true;    // a neighbor of the same class
};
/// Pictures in a row of the sheet.
struct picture_row {
  std::string title;
  std::vector<picture> pictures{};
};
/// One view's probabilities by both losses: over the other views of a batch, and over the classes.
struct two_losses_figure {
  picture view{};
  std::vector<picture> candidates{};    // right: the other view of the same image
  std::vector<double> over_candidates{}, over_classes{};
  double temperature = 0;
  int label = 0;
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
  std::map<std::string, std::vector<double>>
      draws{};    // accuracy for each draw of labels, by encoder and share: simclr_10
  std::vector<picture_row> sheet{};
  std::vector<curve> curves{};
  two_losses_figure two_losses{};
  std::vector<map_figure> maps{};
  std::vector<negatives_figure> negatives{};
  std::vector<neighbors_figure> neighbors{};
  contrastive::confusion_matrix confusion{};
  std::vector<std::pair<std::string, std::string>> run{};    // what was run, on what
};

}    // namespace quickstart
