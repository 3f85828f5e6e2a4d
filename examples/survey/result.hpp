// SPDX-License-Identifier: MIT
#pragma once
// What the survey finds out, apart from how it is shown.
#include <contrastive/loss/verdict.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace survey {

/// One number for each seed.
struct measured {
  std::vector<double> of_seed{};

  void add(double v) { of_seed.push_back(v); }
  bool any() const { return !of_seed.empty(); }
  double mean() const { return std::accumulate(of_seed.begin(), of_seed.end(), 0.) / double(of_seed.size()); }
  /// Of a sample: divided by one less than its size; 0 for one seed.
  double deviation() const {
    double squares = 0;
    for (const double v : of_seed) squares += (v - mean()) * (v - mean());
    return of_seed.size() > 1 ? std::sqrt(squares / double(of_seed.size() - 1)) : 0;
  }
};

enum class kind { frame, joint_embedding, generative };

/// A method in the table. Figures of encoders are percent of test images, by the encoder's output.
struct row {
  std::string name, title;
  kind of = kind::joint_embedding;
  int epochs = 0;
  long parameters = 0;    // that learn, of all its networks
  measured linear_100{}, linear_10{}, linear_1{}, knn{}, effective_rank{}, spread{}, loss{}, seconds{},
      milliseconds{};                                           // a step
  contrastive::verdict says = contrastive::verdict::unknown;    // of the last seed
  double chance_level = 0;                                      // 0: there is none
  std::optional<double> collapse_level{};
  std::vector<double> curve{};    // the loss of each epoch, of the first seed
};

/// Pictures in a row: samples, reconstructions, or what excites an encoder.
struct gallery_row {
  std::string title;
  std::vector<std::vector<std::uint8_t>> pictures{};
};
/// Values in [0, 1] as pixels.
inline std::vector<std::uint8_t> pixels_of(std::span<const float> values) {
  std::vector<std::uint8_t> pixels;
  for (const float v : values) pixels.push_back(std::uint8_t(std::lround(std::clamp(v, 0.f, 1.f) * 255)));
  return pixels;
}

/// Two numbers for each test image, as the method itself puts it.
struct map {
  std::string title;
  std::vector<double> x{}, y{};
  std::vector<int> labels{};
};

struct result {
  std::vector<std::string> classes{};
  int height = 0, width = 0, channels = 0;
  std::vector<row> rows{};
  std::vector<gallery_row> gallery{}, seen{};
  std::vector<map> maps{};
  std::vector<std::pair<std::string, std::string>> run{};    // what was run, on what
};

std::string html_of(const result& r);
std::string json_of(const result& r);

}    // namespace survey
