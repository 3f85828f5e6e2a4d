// SPDX-License-Identifier: MIT
// The report's figures, computed from features: nothing here knows what an encoder is.
#include "pictures.hpp"

namespace quickstart {

namespace {

double cosine(std::span<const float> a, std::span<const float> b) {
  double product = 0, squares_a = 1e-24, squares_b = 1e-24;
  for (std::size_t c = 0; c < a.size(); ++c) {
    product += double(a[c]) * double(b[c]);
    squares_a += double(a[c]) * double(a[c]), squares_b += double(b[c]) * double(b[c]);
  }
  return product / std::sqrt(squares_a * squares_b);
}

std::vector<double> exponentials(std::vector<double> logits) {    // divided by their sum
  const double most = *std::max_element(logits.begin(), logits.end());
  double sum = 0;
  for (double& v : logits) sum += v = std::exp(v - most);
  for (double& v : logits) v /= sum;
  return logits;
}

/// The most similar training images of one test image.
std::vector<picture> nearest(const images& data, const ct::matrix& known, std::span<const float> asked, int label) {
  const auto shown = std::min<std::ptrdiff_t>(6, std::ptrdiff_t(known.rows()));
  std::vector<std::pair<double, std::size_t>> far(known.rows());
  for (std::size_t i = 0; i < known.rows(); ++i) far[i] = {-cosine(known.row(i), asked), i};
  std::partial_sort(far.begin(), far.begin() + shown, far.end());
  std::vector<picture> found;
  for (std::ptrdiff_t k = 0; k < shown; ++k)
    found.push_back(picture_of(data.train(), far[std::size_t(k)].second, label));
  return found;
}

}    // namespace

map_figure map_figure_of(const std::string& title, const ct::labeled_features& images,
                         const std::vector<ct::matrix>& views, const session& s) {
  const auto map = map_of(images.values, {.seed = s.asked.seed}, [&] { return !s.stopped(); });
  return {.title = title,
          .points = map.points,
          .labels = images.labels,
          .cost = map.cost,
          .alignment = ct::alignment(views[0], views[1]),
          .uniformity = ct::uniformity(images.values),
          .effective_rank = ct::effective_rank(images.values)};
}

negatives_figure negatives_of(const std::string& title, const std::vector<ct::matrix>& views,
                              const std::vector<int>& labels) {
  const std::size_t rows = views[0].rows(), columns = views[0].columns();
  ct::matrix both(2 * rows, columns);    // as the loss sees them: first views, then second ones
  for (std::size_t v = 0; v < 2; ++v) std::copy_n(views[v].data(), rows * columns, both.data() + v * rows * columns);
  const auto r = ct::false_negatives(both, labels, 2);
  return {title, r.positive_similarity, r.false_similarity, r.true_similarity, r.false_share};
}

void add_neighbors(result& r, const std::string& title, const images& data, const ct::labeled_features& known,
                   const ct::labeled_features& asked) {
  constexpr std::size_t asked_about = 8;
  for (std::size_t n = 0; n < asked_about; ++n) {
    if (r.neighbors.size() <= n) r.neighbors.push_back({picture_of(data.test(), n, asked.labels[n]), {}});
    r.neighbors[n].by.emplace_back(title, nearest(data, known.values, asked.values.row(n), asked.labels[n]));
  }
}

std::vector<double> contrastive_softmax(const std::vector<ct::matrix>& views, double temperature) {
  std::vector<double> logits;
  for (const ct::matrix& view : views)
    for (std::size_t i = &view == &views[0] ? 1 : 0; i < view.rows(); ++i)
      logits.push_back(cosine(views[0].row(0), view.row(i)) / temperature);
  return exponentials(std::move(logits));
}
std::vector<double> softmax(std::span<const float> logits) { return exponentials({logits.begin(), logits.end()}); }

}    // namespace quickstart
