// SPDX-License-Identifier: MIT
#pragma once
// Exact t-SNE (van der Maaten & Hinton 2008) of some hundred rows, in double: a map in two dimensions.
#include <contrastive/core/error.hpp>
#include <contrastive/core/philox.hpp>
#include <contrastive/io/matrix.hpp>

#include <algorithm>
#include <array>
#include <cmath>
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
  tsne(const contrastive::matrix& x, double perplexity) : n_(x.rows()), p_(n_ * n_), kernel_(n_ * n_) {
    if (n_ < 3 || !(perplexity > 1 && perplexity < double(n_)))
      throw contrastive::argument_error("t-SNE needs a perplexity between 1 and the number of rows");
    for (std::size_t i = 0; i < n_; ++i)
      for (std::size_t j = 0; j < i; ++j) p_[i * n_ + j] = p_[j * n_ + i] = squared_distance(x.row(i), x.row(j));
    for (std::size_t i = 0; i < n_; ++i) condition(i, std::log(perplexity));
    for (std::size_t i = 0; i < n_; ++i)
      for (std::size_t j = 0; j < i; ++j)
        p_[i * n_ + j] = p_[j * n_ + i] = std::max((p_[i * n_ + j] + p_[j * n_ + i]) / (2 * double(n_)), 1e-12);
  }

  /// Σ p_ij log(p_ij / q_ij), and its gradient where P is exaggerated.
  double cost(const std::vector<point>& y, std::vector<point>& gradient, double exaggeration = 1) {
    const double all = kernels(y);
    double sum = 0;
    std::fill(gradient.begin(), gradient.end(), point{});
    for (std::size_t i = 0; i < n_; ++i)
      for (std::size_t j = 0; j < i; ++j) {
        const double p = p_[i * n_ + j], k = kernel_[i * n_ + j], q = std::max(k / all, 1e-12);
        if (exaggeration == 1) sum += 2 * p * std::log(p / q);
        const double force = 4 * (exaggeration * p - q) * k;
        for (std::size_t d = 0; d < 2; ++d) {
          const double pull = force * (y[i][d] - y[j][d]);
          gradient[i][d] += pull, gradient[j][d] -= pull;
        }
      }
    return sum;
  }

 private:
  static double squared_distance(std::span<const float> a, std::span<const float> b) {
    double sum = 0;
    for (std::size_t c = 0; c < a.size(); ++c) sum += (double(a[c]) - double(b[c])) * (double(a[c]) - double(b[c]));
    return sum;
  }
  // Row i of distances becomes probabilities whose entropy is log(perplexity): β is found by bisection.
  void condition(std::size_t i, double entropy) {
    double* row = &p_[i * n_];
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
  double kernels(const std::vector<point>& y) {    // Student's t with one degree of freedom; their sum
    double sum = 0;
    for (std::size_t i = 0; i < n_; ++i)
      for (std::size_t j = 0; j < i; ++j) {
        const double dx = y[i][0] - y[j][0], dy = y[i][1] - y[j][1];
        sum += kernel_[i * n_ + j] = 1 / (1 + dx * dx + dy * dy);
      }
    return 2 * sum;
  }
  std::size_t n_;
  std::vector<double> p_, kernel_;    // (n, n)
};

/// Gradient descent with momentum and gains, as scikit-learn's exact method.
inline tsne_map map_of(const contrastive::matrix& x, const tsne_options& o = {}) {
  const std::size_t n = x.rows();
  tsne model(x, std::min(o.perplexity, double(n) / 4));
  tsne_map map{std::vector<point>(n)};
  std::vector<point> gradient(n), speed(n), gain(n, point{1, 1});
  contrastive::random_stream random{o.seed, {.what = contrastive::purpose::draw, .place = 7}};
  for (point& p : map.points) p = {1e-4 * random.normal(), 1e-4 * random.normal()};
  const double rate = std::max(double(n) / o.exaggeration / 4, 50.);
  for (int i = 0; i < o.iterations; ++i) {
    const bool early = i < 250;
    if (i == 250) speed.assign(n, point{}), gain.assign(n, point{1, 1});
    map.cost = model.cost(map.points, gradient, early ? o.exaggeration : 1);
    for (std::size_t k = 0; k < n; ++k)
      for (std::size_t d = 0; d < 2; ++d) {
        const bool turned = (speed[k][d] > 0) == (gradient[k][d] > 0);
        gain[k][d] = std::max(turned ? gain[k][d] * 0.8 : gain[k][d] + 0.2, 0.01);
        speed[k][d] = (early ? 0.5 : 0.8) * speed[k][d] - rate * gain[k][d] * gradient[k][d];
        map.points[k][d] += speed[k][d];
      }
  }
  map.cost = model.cost(map.points, gradient);
  return map;
}

}    // namespace quickstart
