// SPDX-License-Identifier: MIT
#pragma once
// L-BFGS (Nocedal & Wright 2006, algorithms 7.4 and 7.5) with a line search for the strong Wolfe conditions, in double.
#include <contrastive/core/compiler.hpp>
#include <contrastive/core/exactly.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <deque>
#include <numeric>
#include <span>
#include <vector>

namespace contrastive {

namespace detail {
/// How long a solver searches (Nocedal & Wright 2006, algorithm 7.5).
struct lbfgs_options {
  int history = 20;           // pairs (s, y) that approximate the inverse Hessian
  int iterations = 1000;      // at most
  double tolerance = 1e-8;    // done where a step promises to lower the value by less: half of gᵀHg
};

/// What a solver came to.
struct lbfgs_result {
  double value = 0;
  int iterations = 0, evaluations = 0;
  bool converged = false;    // false also where the value cannot be lowered any more in double
};

inline double dot(std::span<const double> a, std::span<const double> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.);
}
inline void add_scaled(std::span<double> to, double factor, std::span<const double> v) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += factor * v[i];
}
/// The last few steps s, changes y of the gradient and P·y, oldest first. P, which is what H is without any pair, is
/// linear: it is applied to each gradient once, and never to anything else.
class lbfgs_history {
 public:
  explicit lbfgs_history(int most) : most_(std::size_t(std::max(most, 1))) {}

  void add(std::vector<double> s, std::vector<double> y, std::vector<double> py) {
    const double sy = dot(s, y);
    if (!(sy > 0)) return;       // no curvature was seen: it would not stay positive definite
    scale_ = sy / dot(y, py);    // the size of H along the last step (equation 7.20)
    if (pairs_.size() == most_) pairs_.pop_front();
    pairs_.push_back({std::move(s), std::move(y), std::move(py), 1 / sy});
  }
  /// d = −H g, the two-loop recursion (algorithm 7.4), from g and P·g.
  void direction(std::span<const double> g, std::span<const double> pg, std::vector<double>& d) {
    std::vector<double> q(g.begin(), g.end());
    d.assign(pg.begin(), pg.end());
    for (auto p = pairs_.rbegin(); p != pairs_.rend(); ++p) {
      p->alpha = p->rho * dot(p->s, q);
      add_scaled(q, -p->alpha, p->y);
      add_scaled(d, -p->alpha, p->py);
    }
    scale(d, scale_);
    for (auto& p : pairs_) add_scaled(d, p.alpha - p.rho * dot(p.y, d), p.s);
    scale(d, -1);
  }
  bool empty() const { return pairs_.empty(); }
  void clear() { pairs_.clear(), scale_ = 1; }

 private:
  struct pair {
    std::vector<double> s, y, py;
    double rho, alpha = 0;
  };
  static void scale(std::vector<double>& v, double by) {
    for (double& x : v) x *= by;
  }
  std::size_t most_;
  double scale_ = 1;
  std::deque<pair> pairs_;
};

/// A function along a ray, φ(t) = f(x + t·d), and the search for a step that satisfies the strong Wolfe conditions.
template <class F>
class wolfe_search {
 public:
  struct probe {
    double t = 0, value = 0, slope = 0;
  };
  std::vector<double> x, gradient;    // of the last probe
  int evaluations = 0;

  wolfe_search(F& f, std::size_t size) : x(size), gradient(size), f_(f) {}

  /// A step that lowers the value; t is 0 where none was found.
  probe operator()(std::span<const double> from, std::span<const double> along, double value, double slope) {
    from_ = from, along_ = along;
    const probe start{0, value, slope};
    probe low = start, now = at(1);
    for (int i = 0; i < 20; ++i) {
      if (too_high(now, start) || (i > 0 && now.value >= low.value)) return zoom(low, now, start);
      if (flat(now, start)) return now;
      if (now.slope >= 0) return zoom(now, low, start);
      low = now;
      now = at(2 * now.t);
    }
    return detail::is_exactly(low.t, now.t) ? now : at(low.t);
  }

 private:
  static constexpr double decrease = 1e-4, curvature = 0.9;    // c₁ and c₂
  static bool too_high(probe p, probe start) { return !(p.value <= start.value + decrease * p.t * start.slope); }
  static bool flat(probe p, probe start) { return std::abs(p.slope) <= -curvature * start.slope; }

  probe at(double t) {
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = from_[i] + t * along_[i];
    ++evaluations;
    const double value = f_(std::span<const double>(x), std::span<double>(gradient));
    return {t, value, dot(gradient, along_)};
  }
  // The minimum of the cubic through two probes (equation 3.59), kept away from both.
  static double between(probe a, probe b) {
    const double d1 = a.slope + b.slope - 3 * (a.value - b.value) / (a.t - b.t);
    const double root = std::sqrt(std::max(0., d1 * d1 - a.slope * b.slope)), sign = b.t > a.t ? 1 : -1;
    double t = b.t - (b.t - a.t) * (b.slope + sign * root - d1) / (b.slope - a.slope + 2 * sign * root);
    const double low = std::min(a.t, b.t), high = std::max(a.t, b.t), margin = 0.1 * (high - low);
    if (!std::isfinite(t)) t = (low + high) / 2;
    return std::clamp(t, low + margin, high - margin);
  }
  probe zoom(probe low, probe high, probe start) {    // algorithm 3.6
    for (int i = 0; i < 30; ++i) {
      const probe now = at(between(low, high));
      if (too_high(now, start) || now.value >= low.value) high = now;
      else {
        if (flat(now, start)) return now;
        if (now.slope * (high.t - low.t) >= 0) high = low;
        low = now;
      }
    }
    return low.t > 0 ? at(low.t) : probe{};
  }

  F& f_;
  std::span<const double> from_, along_;
};

struct no_preconditioner {
  void operator()(std::span<double>) const {}
};

/// Minimizes `double f(std::span<const double> x, std::span<double> gradient)` from `x`, and leaves the minimum there.
///
/// `precondition(std::span<double> v)` may multiply v by something like the inverse Hessian, linear, symmetric and
/// positive.
template <class F, class Precondition = no_preconditioner>
lbfgs_result lbfgs(F&& f, std::vector<double>& x, const lbfgs_options& options = {},
                   const Precondition& precondition = {}) {
  detail::wolfe_search<std::remove_reference_t<F>> search(f, x.size());
  detail::lbfgs_history history(options.history);
  std::vector<double> gradient(x.size()), along;
  lbfgs_result result{.value = f(std::span<const double>(x), std::span<double>(gradient)), .evaluations = 1};
  const auto preconditioned = [&](std::vector<double> v) {
    precondition(std::span<double>(v));
    return v;
  };
  const auto change = [](std::vector<double> now, const std::vector<double>& before) {
    detail::add_scaled(now, -1, before);
    return now;
  };
  auto p_gradient = preconditioned(gradient);
  for (; result.iterations < options.iterations; ++result.iterations) {
    history.direction(gradient, p_gradient, along);
    const double slope = detail::dot(gradient, along);
    result.converged = -slope / 2 <= options.tolerance;
    if (result.converged) break;
    const auto step = search(x, along, result.value, slope);
    if (detail::is_exactly(step.t, 0.)) {
      if (history.empty()) break;
      history.clear();    // once more, along the gradient
      continue;
    }
    auto p_next = preconditioned(search.gradient);
    history.add(change(search.x, x), change(search.gradient, gradient), change(p_next, p_gradient));
    x.swap(search.x), gradient.swap(search.gradient), p_gradient.swap(p_next);
    result.value = step.value;
  }
  result.evaluations += search.evaluations;
  return result;
}
}    // namespace detail

}    // namespace contrastive
