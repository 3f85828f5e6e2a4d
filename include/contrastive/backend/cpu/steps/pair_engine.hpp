// SPDX-License-Identifier: MIT
#pragma once
// The CPU's engine of pair losses: tiles of similarities that stay in cache, each of which serves both of its rows.
//
// First pass: statistics of all rows; between the passes their coefficients, in double; second pass: the pairs' weights
// w, and dU_I += w·U_J, dU_J += wᵀ·U_I. 4·n²·d operations, 3·n²·d where all tiles of the first pass fit the device's
// workspace. Results depend on shapes and on the instruction set, not on the number of threads.
#include <contrastive/backend/cpu/device.hpp>
#include <contrastive/backend/cpu/steps/pairs/run.hpp>
#include <contrastive/core/overrides.hpp>
#include <contrastive/loss/pairwise_plan.hpp>

#include <cmath>

namespace contrastive {
struct nt_xent;
}    // namespace contrastive

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

template <class L>
struct pair_engine {
  using plan = detail::pairwise_plan<L>;
  using config = typename L::config;
  using similarity = detail::similarity_of<L>;
  using Anchor = typename plan::template anchor<cpu>;
  static constexpr int terms = int(Anchor::count);

  template <class, int D>
  struct memory {
    template <int K, class E>
    using columns = tensor<cpu, features<K>, E>;
    columns<1, std::int32_t> id, turns;
    columns<4, float> counts;              // [4][n]: positives, nearest, ties, hits
    columns<2 * terms, float> of_terms;    // [at, scale][term][n]
    columns<4 + terms, double> sums;       // [4 + terms][n]: alike, unlike, value, chance level, totals
    parameter<cpu, per_channel<plan::figures>, role::running_mean> report;
    static constexpr void members(auto&& f, auto&... m) {
      f("id", m.id...);
      f("turns", m.turns...);
      f("counts", m.counts...);
      f("of_terms", m.of_terms...);
      f("sums", m.sums...);
      f("report", m.report...);
    }
  };

  static void evaluate(auto& ctx, const config& c, auto& m, const auto& z, const auto& labels, int views, auto& dz) {
    cpu& device = ctx.device;
    const int n = z.rows;
    const pair_kernels& kernels = pair_kernels_for(device.instructions);
    const pair_passes passes = pair_passes_for<Anchor, similarity>(device.instructions);
    const Anchor anchor = detail::anchor_of<L>(typename plan::template tile<cpu>{}.pairs(), c);
    const pair_shape shape{.rows = n,
                           .depth = int(operand_of(z).row_size),
                           .lanes = kernels.lanes,
                           .of_distance = similarity::of_distance};
    const workers::turn mine(device.pool);
    const std::scoped_lock one(device.pair_workspace.in_use);
    float* workspace = device.pair_workspace.of(pair_run::workspace_size(shape, terms, device.pool.threads()));
    workspace += (64 - reinterpret_cast<std::uintptr_t>(workspace) % 64) % 64 / sizeof(float);
    float* du = nullptr;
    if constexpr (wanted<decltype(dz)>) du = dz.data;
    const pair_engine e{c, anchor, columns_of(m, n), m.sums.data + 2 * std::ptrdiff_t(n), n};
    e.begin(m, labels, views);
    const pair_run run{.pool = device.pool,
                       .kernels = kernels,
                       .passes = passes,
                       .shape = shape,
                       .u = z.data,
                       .du = du,
                       .columns = e.columns,
                       .anchor = &anchor,
                       .terms = terms,
                       .temperature = e.temperature,
                       .bound = e.bound_of(z.data, shape.depth),
                       .tie = float(similarity::tied_within(e.temperature)),
                       .turns = m.turns.data,
                       .workspace = workspace};
    if (du) std::fill_n(du, std::size_t(n) * std::size_t(shape.depth), 0.f);
    run.collect();
    e.finish(device.pool, run, m.report.data);
    run.weigh();
    m.report.data[plan::accuracy] = float(e.accuracy());
  }

  const config& c;
  double temperature = detail::temperature_of(c);
  const Anchor& anchor;
  pair_columns columns;
  double *value, *chance;    // (n)
  int n;
  pair_engine(const config& settings, const Anchor& a, const pair_columns& all, double* results, int rows)
      : c(settings), anchor(a), columns(all), value(results), chance(results + rows), n(rows) {}

 private:
  static pair_columns columns_of(auto& m, int rows) {
    const std::ptrdiff_t n = rows;
    float* counts = m.counts.data;
    return {.id = m.id.data,
            .positives = counts,
            .nearest = counts + n,
            .ties = counts + 2 * n,
            .hits = counts + 3 * n,
            .alike = m.sums.data,
            .unlike = m.sums.data + n,
            .at = m.of_terms.data,
            .scale = m.of_terms.data + terms * n,
            .total = m.sums.data + 4 * n,
            .stride = n};
  }
  void begin(auto& m, const auto& labels, int views) const {
    if constexpr (L::needs_labels)
      for (int i = 0; i < n; ++i) columns.id[i] = labels.data[i % labels.rows];
    else
      for (int i = 0; i < n; ++i) columns.id[i] = i % (n / views);
    std::fill_n(m.counts.data, 4 * std::size_t(n), 0.f);
    if constexpr (L::needs_labels) count_positives(m.turns.data);
    else std::fill_n(columns.positives, n, float(views - 1));
    std::fill_n(columns.nearest, n, -1e30f);
    std::fill_n(columns.at, std::size_t(terms) * std::size_t(n), -1e30f);
    each(anchor, [&](const auto& term, int k) {
      if constexpr (kind_of_term<std::remove_cvref_t<decltype(term)>>::weighted)
        std::fill_n(columns.at + k * columns.stride, n, 0.f);
    });
    std::fill_n(m.sums.data, std::size_t(4 + terms) * std::size_t(n), 0.);
  }
  /// How many others have a row's id; scratch: (n).
  void count_positives(std::int32_t* scratch) const {
    const auto [least, most] = std::minmax_element(columns.id, columns.id + n);
    if (std::int64_t(*most) - *least < n) {    // as numbers of classes are
      std::fill_n(scratch, n, 0);
      for (int i = 0; i < n; ++i) ++scratch[columns.id[i] - *least];
      for (int i = 0; i < n; ++i) columns.positives[i] = float(scratch[columns.id[i] - *least] - 1);
      return;
    }
    std::copy_n(columns.id, n, scratch);
    std::sort(scratch, scratch + n);
    for (int i = 0; i < n; ++i) {
      const auto [first, last] = std::equal_range(scratch, scratch + n, columns.id[i]);
      columns.positives[i] = float(last - first - 1);
    }
  }
  static float square_of(const float* u, int depth) {
    using V = floats<native_lanes>;
    constexpr int chains = 4;    // of additions, none of which waits for another
    V sums[chains]{};
    int k = 0;
    for (; k + chains * native_lanes <= depth; k += chains * native_lanes)
      for (int j = 0; j < chains; ++j) {
        const V v = load<V>(u + k + j * native_lanes);
        sums[j] = fma(v, v, sums[j]);
      }
    float square = sum((sums[0] + sums[1]) + (sums[2] + sums[3]));
    for (; k < depth; ++k) square += u[k] * u[k];
    return square;
  }
  /// No similarity is above the largest squared length over τ. Where that is too large for one bound on all: infinite.
  float bound_of(const float* u, int depth) const {
    if constexpr (similarity::of_distance) return 1;
    double largest = 0;
    for (int i = 0; i < n; ++i, u += depth) largest = std::max(largest, double(square_of(u, depth)));
    const double bound = largest * (1 + 1e-5) / temperature;
    return 2 * bound < 80 ? float(bound) : std::numeric_limits<float>::infinity();    // e⁻⁸⁰ is still a float
  }

  // ---- between the passes -------------------------------------------------------------------------------------------

  static void each(const Anchor& a, auto&& f) {
    detail::for_each_index<Anchor::count>([&](auto k) { f(part<k>(a.terms), int(k)); });
  }
  template <class Term>
  double count(const Term&, int i) const {
    using set = typename Term::set;
    const double positives = double(columns.positives[i]);
    return std::is_same_v<set, pair_set::all>         ? n - 1
           : std::is_same_v<set, pair_set::positives> ? positives
                                                      : n - 1 - positives;
  }

  /// 1 / the mean weight of all pairs of a term; 1 where it has no weights.
  std::array<double, std::size_t(terms)> shares_of_weights() const {
    std::array<double, std::size_t(terms)> shares;
    each(anchor, [&](const auto& term, int k) {
      shares[std::size_t(k)] = 1;
      if constexpr (kind_of_term<std::remove_cvref_t<decltype(term)>>::weighted) {
        double pairs = 0, weights = 0;
        for (int i = 0; i < n; ++i) pairs += count(term, i), weights += double(columns.at[k * columns.stride + i]);
        shares[std::size_t(k)] = pairs / weights;
      }
    });
    return shares;
  }

  void finish(workers& pool, const pair_run& run, float* report) const {
    double positives = 0, with_positives = 0, alike = 0, all = 0;
    for (int i = 0; i < n; ++i) {
      positives += double(columns.positives[i]);
      with_positives += columns.positives[i] > 0;
      alike += columns.alike[i];
      all += columns.unlike[i];
    }
    const double averaged = detail::averages_over_all(c) ? n : std::max(with_positives, 1.);
    const double share = detail::loss_factor(c) / averaged / temperature;    // of the gradient in u
    const auto weighing = shares_of_weights();
    constexpr int rows_at_once = 256;
    pool.run((n + rows_at_once - 1) / rows_at_once, [&](int task) {
      for (int i = task * rows_at_once; i < std::min(n, (task + 1) * rows_at_once); ++i)
        finish_row(i, share, weighing, run);
    });
    double loss = 0, collapsed = 0;
    for (int i = 0; i < n; ++i) loss += value[i], collapsed += chance[i];
    report[plan::loss] = float(loss);
    report[plan::chance] = float(collapsed);
    report[plan::with_positives] = float(with_positives);
    report[plan::averaged] = float(averaged);
    report[plan::alike_pairs] = float(positives);
    report[plan::alike] = float(alike);
    report[plan::unlike] = float(all - alike);
  }
  void finish_row(int i, double share, const auto& weighing, const pair_run& run) const {
    const bool counts = columns.positives[i] > 0;
    value[i] = chance[i] = 0;
    each(anchor, [&](const auto& term, int k) {
      using kind = kind_of_term<std::remove_cvref_t<decltype(term)>>;
      float &at = columns.at[k * columns.stride + i], &scale = columns.scale[k * columns.stride + i];
      const double pairs = count(term, i), total = columns.total[k * columns.stride + i];
      const double same = detail::at_similarity(term.of.value, similarity::where_rows_coincide(temperature))
                              .tree.template value<double>({});
      double result = 0, collapsed = 0, slope = 0;
      if constexpr (kind::exponential) {
        if (run.is_bounded() && is_similarity<std::remove_cvref_t<decltype(term.of.value.tree)>>) at = run.bound;
        if (pairs > 0) {
          result = double(at) + std::log(kind::mean ? total / pairs : total);
          collapsed = same + (kind::mean ? 0 : std::log(pairs));
          slope = 1 / total;
        }
      } else {
        const double of_pair = kind::mean ? 1 / std::max(pairs, 1.) : 1;
        slope = pairs > 0 ? of_pair * weighing[std::size_t(k)] : of_pair;
        result = total * slope;
        collapsed = pairs > 0 ? same * pairs * of_pair : 0;
      }
      if (counts) value[i] += term.factor * result, chance[i] += term.factor * collapsed;
      scale = counts ? float(term.factor * share * slope) : 0.f;
    });
  }
  double accuracy() const {
    double sum = 0;
    for (int i = 0; i < n; ++i)
      if (columns.positives[i] > 0) sum += double(columns.hits[i]) / double(columns.ties[i]);
    return sum;
  }
};

/// The losses that can be computed on vectors inside a tile; any other keeps the engine of verbs.
struct pairs_in_tiles {
  using example = asked::pair_loss<nt_xent>;
  template <PairLoss L>
    requires served_anchor<typename detail::pairwise_plan<L>::template anchor<cpu>> &&
             is_known_similarity<detail::similarity_of<L>>
  static pair_engine<L> match(asked::pair_loss<L>);
};

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu
