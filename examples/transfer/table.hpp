// SPDX-License-Identifier: MIT
#pragma once
// What the transfer study finds, as a table, as JSON, and in files from which a study that is run again goes on.
#include <contrastive/core/error.hpp>
#include <contrastive/io/json_line.hpp>
#include <contrastive/io/whole_file.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <span>
#include <string>
#include <vector>

namespace transfer_study {

/// Percent of the target's test images: linear at 100, 10, 1 % of the labels, then fine-tuned; −1: not asked.
constexpr int columns = 6;
using accuracies = std::vector<double>;
/// To a hundredth: no test set here has more images.
inline double percent(double share) { return std::round(1e4 * share) / 100; }

struct row {
  std::string name, title;
  std::vector<accuracies> of_seed{};
};

/// "81.2±0.4", or "-".
inline std::string cell(const row& r, std::size_t column) {
  double sum = 0, squares = 0, n = 0;
  for (const accuracies& all : r.of_seed)
    if (const double v = all[column]; v >= 0) sum += v, squares += v * v, ++n;
  if (n == 0) return "-";
  char text[32];
  const double mean = sum / n, variance = n > 1 ? (squares - n * mean * mean) / (n - 1) : 0;
  if (n > 1) std::snprintf(text, sizeof text, "%.1f±%.1f", mean, std::sqrt(std::max(0., variance)));
  else std::snprintf(text, sizeof text, "%.1f", mean);
  return text;
}

inline void print(const std::vector<row>& rows) {
  std::printf("\n%-34s %-32s %s\n", "accuracy, % of test images", "linear: labels 100, 10, 1 %",
              "fine-tuned: labels 100, 10, 1 %");
  for (const row& r : rows) {
    std::printf("%-34s", r.title.c_str());
    for (std::size_t c = 0; c < columns; ++c) {
      const std::string text = cell(r, c);    // ± is two bytes
      std::printf(" %*s", 10 + int(text.find("±") != std::string::npos), text.c_str());
    }
    std::printf("\n");
  }
}

inline void write(const std::string& file, const std::string& text) {
  contrastive::detail::whole_file out(file);
  out.write(std::as_bytes(std::span(text)));
  out.commit();
}
/// A line for each row and seed.
inline std::string json_of(const std::vector<row>& rows, std::uint64_t first_seed) {
  static constexpr const char* names[columns]{"linear_100",     "linear_10",     "linear_1",
                                              "fine_tuned_100", "fine_tuned_10", "fine_tuned_1"};
  std::string all;
  for (const row& r : rows)
    for (std::size_t k = 0; k < r.of_seed.size(); ++k) {
      contrastive::detail::json_line line;
      line.add("encoder", r.name).add("seed", first_seed + k);
      for (std::size_t c = 0; c < columns; ++c)
        line.add(names[c], r.of_seed[k][c] < 0 ? std::nan("") : r.of_seed[k][c]);
      all += line.finish();
    }
  return all;
}

/// A folder holds one study, made by one recipe. Throws file_error where it holds another.
inline void goes_on(const std::string& file, const std::string& recipe) {
  std::ifstream in(file);
  std::string found;
  if (!std::getline(in, found)) return write(file, recipe + '\n');
  if (found != recipe)
    throw contrastive::file_error("'" + file + "' is of a study with " + found + ", asked for is " + recipe +
                                  "; take its folder away, or choose another --folder");
}

/// The figures of one row and seed in a file: what is finished is not done again.
inline bool read_row(const std::string& file, accuracies& to) {
  std::ifstream in(file);
  to.assign(columns, -1);
  for (double& v : to)
    if (!(in >> v)) return false;
  return true;
}
inline void keep_row(const std::string& file, const accuracies& of) {
  std::string text;
  for (const double v : of) text += std::to_string(v) + ' ';
  write(file, text + '\n');
}

}    // namespace transfer_study
