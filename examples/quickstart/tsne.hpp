// SPDX-License-Identifier: MIT
#pragma once
// Exact t-SNE (van der Maaten & Hinton 2008) of some hundred rows, in double: a map in two dimensions.
#include <contrastive/core/error.hpp>
#include <contrastive/core/matrix.hpp>
#include <contrastive/core/philox.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <vector>

namespace quickstart {

struct tsne_options {
  double perplexity = 30;
  int iterations = 1000;    // of which the first 250 exaggerate
  double exaggeration = 12;
  std::uint64_t seed = 1;
};

using point = std::array<double, 2>;
struct tsne_map {
  std::vector<point> points;    // one for each row
  double cost = 0;              // KL(P ‖ Q)
};

/// Joint probabilities P of rows, and the cost of a map of them.
class tsne {
 public:
  tsne(const contrastive::matrix& x, double perplexity)
      : n_(x.rows()), padded_((n_ + lanes - 1) / lanes * lanes), p_(n_ * padded_) {
    if (n_ < 3 || !(perplexity > 1 && perplexity < double(n_)))
      throw contrastive::argument_error("t-SNE needs a perplexity between 1 and the number of rows");
    for (std::size_t i = 0; i < n_; ++i)
      for (std::size_t j = 0; j < i; ++j) p(i, j) = p(j, i) = squared_distance(x.row(i), x.row(j));
    for (std::size_t i = 0; i < n_; ++i) condition(i, std::log(perplexity));
    for (std::size_t i = 0; i < n_; ++i)
      for (std::size_t j = 0; j < i; ++j) p(i, j) = p(j, i) = std::max((p(i, j) + p(j, i)) / (2 * double(n_)), 1e-12);
  }

  /// Σ p_ij log(p_ij / q_ij).
  double cost(const std::vector<point>& y) const {
    double all = 0, sum = 0;
    const auto kernel = [&](std::size_t i, std::size_t j) {    // Student's t with one degree of freedom
      const double dx = y[i][0] - y[j][0], dy = y[i][1] - y[j][1];
      return 1 / (1 + dx * dx + dy * dy);
    };
    for (std::size_t i = 0; i < n_; ++i)
      for (std::size_t j = 0; j < i; ++j) all += 2 * kernel(i, j);
    for (std::size_t i = 0; i < n_; ++i)
      for (std::size_t j = 0; j < i; ++j) sum += 2 * p(i, j) * std::log(p(i, j) / std::max(kernel(i, j) / all, 1e-12));
    return sum;
  }

  /// Its gradient where P is exaggerated: 4 Σ_j (exaggeration · p_ij − q_ij) k_ij (y_i − y_j), q = k / Σ k.
  void gradient(const std::vector<point>& y, std::vector<point>& to, double exaggeration = 1) {
    for (std::size_t d = 0; d < 2; ++d) {
      at_[d].assign(padded_, far);    // what pads the rows is far away from everything, and without a pull
      for (std::size_t i = 0; i < n_; ++i) at_[d][i] = y[i][d];
    }
    std::vector<point> push(n_);    // Σ_j k_ij² (y_i − y_j)
    double all = 0;
    for (std::size_t i = 0; i < n_; ++i) all += forces(i, to[i], push[i]);
    for (std::size_t i = 0; i < n_; ++i)
      for (std::size_t d = 0; d < 2; ++d) to[i][d] = 4 * (exaggeration * to[i][d] - push[i][d] / all);
  }

 private:
  static constexpr std::size_t lanes = 8;
  static constexpr double far = 1e100;
  using packet [[gnu::vector_size(lanes * sizeof(double))]] = double;

  double& p(std::size_t i, std::size_t j) { return p_[i * padded_ + j]; }
  double p(std::size_t i, std::size_t j) const { return p_[i * padded_ + j]; }

  /// One row: pull = Σ_j p_ij k_ij (y_i − y_j), push the same of k_ij². Returns Σ_{j≠i} k_ij.
  double forces(std::size_t i, point& pull, point& push) const {
    packet kernels{}, sums[4]{};
    for (std::size_t j = 0; j < padded_; j += lanes) {
      packet x, y, row;
      std::memcpy(&x, &at_[0][j], sizeof x), std::memcpy(&y, &at_[1][j], sizeof y);
      std::memcpy(&row, &p_[i * padded_ + j], sizeof row);
      const packet dx = at_[0][i] - x, dy = at_[1][i] - y, k = 1 / (1 + dx * dx + dy * dy), pulled = row * k,
                   pushed = k * k;
      kernels += k;
      sums[0] += pulled * dx, sums[1] += pulled * dy, sums[2] += pushed * dx, sums[3] += pushed * dy;
    }
    const auto whole = [](const packet& v) {
      double sum = 0;
      for (std::size_t l = 0; l < lanes; ++l) sum += v[l];
      return sum;
    };
    pull = {whole(sums[0]), whole(sums[1])}, push = {whole(sums[2]), whole(sums[3])};
    return whole(kernels) - 1;    // without itself
  }
  static double squared_distance(std::span<const float> a, std::span<const float> b) {
    double sum = 0;
    for (std::size_t c = 0; c < a.size(); ++c) sum += (double(a[c]) - double(b[c])) * (double(a[c]) - double(b[c]));
    return sum;
  }
  // Row i of distances becomes probabilities whose entropy is log(perplexity): β is found by bisection.
  void condition(std::size_t i, double entropy) {
    double* row = &p_[i * padded_];
    const std::vector<double> distance(row, row + n_);
    double beta = 1, low = 0, high = 0;
    const double nearest = [&] {
      double least = distance[i == 0 ? 1 : 0];
      for (std::size_t j = 0; j < n_; ++j)
        if (j != i) least = std::min(least, distance[j]);
      return least;
    }();
    for (int round = 0; round < 100; ++round) {
      double sum = 0, weighted = 0;
      for (std::size_t j = 0; j < n_; ++j) {
        row[j] = j == i ? 0 : std::exp(-beta * (distance[j] - nearest));
        sum += row[j], weighted += row[j] * (distance[j] - nearest);
      }
      for (std::size_t j = 0; j < n_; ++j) row[j] /= sum;
      const double difference = std::log(sum) + beta * weighted / sum - entropy;
      if (std::abs(difference) < 1e-9) return;
      (difference > 0 ? low : high) = beta;
      beta = high == 0 ? 2 * beta : (low + high) / 2;
    }
  }
  std::size_t n_, padded_;
  std::vector<double> p_;                    // (n, padded)
  std::array<std::vector<double>, 2> at_;    // (padded): the points' x and y
};

/// Gradient descent with momentum and gains, as scikit-learn's exact method, while go_on() says so.
inline tsne_map map_of(const contrastive::matrix& x, const tsne_options& o, auto&& go_on) {
  const std::size_t n = x.rows();
  tsne model(x, std::min(o.perplexity, double(n) / 4));
  tsne_map map{std::vector<point>(n)};
  std::vector<point> gradient(n), speed(n), gain(n, point{1, 1});
  contrastive::random_stream random{o.seed, {.what = contrastive::purpose::draw, .place = 7}};
  for (point& p : map.points) p = {1e-4 * random.normal(), 1e-4 * random.normal()};
  const double rate = std::max(double(n) / o.exaggeration / 4, 50.);
  for (int i = 0; i < o.iterations && go_on(); ++i) {
    const bool early = i < 250;
    if (i == 250) speed.assign(n, point{}), gain.assign(n, point{1, 1});
    model.gradient(map.points, gradient, early ? o.exaggeration : 1);
    for (std::size_t k = 0; k < n; ++k)
      for (std::size_t d = 0; d < 2; ++d) {
        const bool turned = (speed[k][d] > 0) == (gradient[k][d] > 0);
        gain[k][d] = std::max(turned ? gain[k][d] * 0.8 : gain[k][d] + 0.2, 0.01);
        speed[k][d] = (early ? 0.5 : 0.8) * speed[k][d] - rate * gain[k][d] * gradient[k][d];
        map.points[k][d] += speed[k][d];
      }
  }
  map.cost = model.cost(map.points);
  return map;
}
inline tsne_map map_of(const contrastive::matrix& x, const tsne_options& o = {}) {
  return map_of(x, o, [] { return true; });
}

}    // namespace quickstart
