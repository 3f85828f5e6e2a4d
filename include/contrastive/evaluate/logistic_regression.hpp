// SPDX-License-Identifier: MIT
#pragma once
// Multinomial logistic regression on standardized features, to convergence, in double.
#include <contrastive/evaluate/solve/cholesky.hpp>
#include <contrastive/evaluate/solve/covariance.hpp>
#include <contrastive/evaluate/solve/lbfgs.hpp>
#include <contrastive/model/labeled_features.hpp>

namespace contrastive {

namespace detail {
/// What makes each feature's mean 0 and its deviation 1 on some rows.
struct standardization {
  std::vector<double> mean, scale;    // (features): (x − mean) · scale; scale is 1 where a feature is constant

  standardization() = default;
  standardization(const matrix& x, std::span<const int> rows) : mean(x.columns(), 0.), scale(x.columns(), 0.) {
    const double n = double(rows.size());
    for (const int r : rows) add(mean, x.row(std::size_t(r)), [](double v, std::size_t) { return v; });
    for (double& m : mean) m /= n;
    for (const int r : rows)
      add(scale, x.row(std::size_t(r)), [&](double v, std::size_t c) { return (v - mean[c]) * (v - mean[c]); });
    for (std::size_t c = 0; c < scale.size(); ++c) {
      const double deviation = std::sqrt(scale[c] / n);
      scale[c] = deviation > 1e-12 * std::max(1., std::abs(mean[c])) ? 1 / deviation : 1;
    }
  }

  /// (row − mean) · scale
  void of(std::span<const float> row, double* to) const {
    on_cpu::double_kernels_for(on_cpu::usable_isa())
        .standardize({row.data(), mean.data(), scale.data(), row.size(), to});
  }

 private:
  static void add(std::vector<double>& sum, std::span<const float> row, auto f) {
    for (std::size_t c = 0; c < row.size(); ++c) sum[c] += f(double(row[c]), c);
  }
};

/// Some rows of features seen by a linear classifier: weights are (features + 1, padded), the bias in the last row.
class linear_classifier {
 public:
  linear_classifier(const labeled_features& data, std::span<const int> rows, const standardization& s)
      : data_(data),
        rows_(rows),
        standard_(s),
        features_(data.values.columns()),
        classes_(std::size_t(data.classes)),
        padded_(padded_to_lanes(classes_)),
        block_(32, features_ + 1),
        logits_(block_.rows() * padded_) {
    for (std::size_t r = 0; r < block_.rows(); ++r) block_.row(r).back() = 1;    // what the bias is multiplied with
  }

  std::size_t size() const { return (features_ + 1) * padded_; }

  /// (1 / rows) Σ −log softmax(x·W + b)[label] + l2·‖W‖², and its gradient. The bias is not decayed.
  double loss(std::span<const double> weights, std::span<double> gradient, double l2) {
    std::fill(gradient.begin(), gradient.end(), 0.);
    double sum = 0;
    each_block(weights, [&](std::size_t first, std::size_t count) {
      for (std::size_t r = 0; r < count; ++r) sum += softmax(logits_.data() + r * padded_, label(first + r));
      block_.transposed_times(logits_.data(), padded_, count, gradient.data());
    });
    return finish(sum, weights, gradient, l2);
  }
  /// The most likely class of each row; of equals the first.
  std::vector<int> predict(std::span<const double> weights) {
    std::vector<int> predicted;
    each_block(weights, [&](std::size_t, std::size_t count) {
      for (std::size_t r = 0; r < count; ++r) {
        const double* p = logits_.data() + r * padded_;
        predicted.push_back(int(std::max_element(p, p + classes_) - p));
      }
    });
    return predicted;
  }
  /// The mean of −log softmax[label] over the rows.
  double mean_loss(std::span<const double> weights) {
    double sum = 0;
    each_block(weights, [&](std::size_t first, std::size_t count) {
      for (std::size_t r = 0; r < count; ++r) sum += softmax(logits_.data() + r * padded_, label(first + r));
    });
    return sum / double(rows_.size());
  }

 private:
  std::size_t label(std::size_t i) const { return std::size_t(data_.labels[std::size_t(rows_[i])]); }

  void each_block(std::span<const double> weights, auto&& f) {
    for (std::size_t first = 0; first < rows_.size(); first += block_.rows()) {
      const std::size_t count = std::min(block_.rows(), rows_.size() - first);
      for (std::size_t r = 0; r < count; ++r)
        standard_.of(data_.values.row(std::size_t(rows_[first + r])), block_.row(r).data());
      std::fill(logits_.begin(), logits_.end(), 0.);
      block_.times(weights.data(), padded_, count, logits_.data());
      f(first, count);
    }
  }
  /// −log softmax(p)[label]; p becomes softmax(p) − e_label, which is its gradient.
  double softmax(double* p, std::size_t label) const {
    const double most = *std::max_element(p, p + classes_), at_label = p[label] - most;
    double sum = 0;
    for (std::size_t c = 0; c < classes_; ++c) sum += p[c] = std::exp(p[c] - most);
    for (std::size_t c = 0; c < classes_; ++c) p[c] /= sum;
    p[label] -= 1;
    return std::log(sum) - at_label;
  }
  double finish(double sum, std::span<const double> weights, std::span<double> gradient, double l2) const {
    const double share = 1 / double(rows_.size());
    const std::size_t decayed = features_ * padded_;
    for (double& g : gradient) g *= share;
    add_scaled(gradient.first(decayed), 2 * l2, weights.first(decayed));
    return sum * share + l2 * dot(weights.first(decayed), weights.first(decayed));
  }

  const labeled_features& data_;
  std::span<const int> rows_;
  const standardization& standard_;
  std::size_t features_, classes_, padded_;
  row_block block_;
  std::vector<double> logits_;    // (rows of a block, padded)
};

/// The Hessian of the loss where all weights are 0, (features, features) for each class: XᵀX / (rows · classes) + 2·l2.
/// What L-BFGS starts from: features are far from independent, and this is how.
class softmax_preconditioner {
 public:
  softmax_preconditioner(const labeled_features& data, std::span<const int> rows, const standardization& s)
      : classes_(double(data.classes)), features_(data.values.columns()) {
    const double n = double(rows.size());
    gram_ = sum_of_products(features_, rows.size(), [&](std::size_t r, std::span<double> to) {
      s.of(data.values.row(std::size_t(rows[r])), to.data());
    });
    for (double& g : gram_) g /= n * classes_;
  }
  void use(double l2) {
    auto hessian = gram_;
    for (std::size_t k = 0; k < features_; ++k) hessian[k * features_ + k] += 2 * l2;
    factor_ = cholesky(hessian, features_);
  }
  /// v: (features + 1, padded)
  void operator()(std::span<double> v) const {
    const std::size_t padded = v.size() / (features_ + 1);
    factor_.solve(v.data(), padded);
    for (double& bias : v.last(padded)) bias *= classes_;
  }

 private:
  double classes_;
  std::size_t features_;
  std::vector<double> gram_;
  cholesky factor_;
};

}    // namespace detail
}    // namespace contrastive
