// SPDX-License-Identifier: MIT
#pragma once
// The engine of pair losses: value and gradient from strips of the similarity matrix, which is never stored.
//
// A strip is the similarities of `width` anchors with themselves and with all later rows, (n, t): every pair is in one
// strip only, which serves both of its rows. The first pass collects the statistics of all rows; the second makes the
// same strips again, with the same bits, and turns them into the pairs' weights. 4·n²·d operations, memory linear in
// the rows. A loss is its `anchor` expression alone: its slope is taken from its terms.
#include <contrastive/core/overrides.hpp>
#include <contrastive/loss/pairwise_plan.hpp>

namespace contrastive {

// views of one sample are one id; rows beyond the batch, which fill the last strip, are numbered −1. A class is
// numbered by the first sample that has it: ids are compared as numbers of the device, and no float tells large ones
// apart
// clang-format off
namespace detail {
CONTRASTIVE_KERNEL(number_views, (int rows, int samples), (auto row, auto id),
  row(c, 0, 0, 0) = c < rows ? c : -1;
  id(c, 0, 0, 0) = c < rows ? c % samples : -1;)
CONTRASTIVE_KERNEL(number_classes, (int rows, int samples), (auto row, auto id, auto label),
  row(c, 0, 0, 0) = c < rows ? c : -1;
  int first = c < rows ? 0 : -1;
  if (c < rows)
    while (label(first, 0, 0, 0) != label(c % samples, 0, 0, 0)) ++first;
  id(c, 0, 0, 0) = first;)
}    // namespace detail
// clang-format on

namespace detail {

/// One evaluation of a pair loss L.
template <class L, class Context, class Memory, class Z>
struct pairwise_run {
  using engine = pairwise_plan<L>;
  using similarity = similarity_of<L>;
  static constexpr int width = engine::width;
  using B = typename std::remove_cvref_t<Context>::backend;
  Context& ctx;
  const typename L::config& config;
  Memory& m;
  Z z;    // (n, d) rows, of length 1 where their products are compared
  double temperature = temperature_of(config);

  // ---- views of the memory ----
  int strips() const { return engine::capacity(z.rows) / width; }
  int anchors_in(int i) const { return std::min(width, z.rows - i * width); }
  auto rows(const auto& column, int first = 0) const { return operand_of(column).slice(first, z.rows - first); }
  auto across(const auto& column, int i) const {    // (t)
    return operand<decltype(column.data), false, 1, 1, width>{column.data + std::size_t(i) * width, 1};
  }
  auto strip(int rows) const { return operand_of(m.strip).slice(0, rows); }    // (n, t)
  auto number(typename engine::figure k) const {
    return operand<decltype(m.report.data), false, 1, 1, 1>{m.report.data + k, 1};
  }
  /// The pairs of the i-th anchors with the rows from `first` on, of similarities s.
  auto pairs(const auto& s, int i, int first) const {
    return
        typename engine::template tile<B>{s, rows(m.row, first), rows(m.id, first), across(m.row, i), across(m.id, i)}
            .pairs();
  }
  auto pairs(int i, int first) const {
    return pairs(strip(z.rows - i * width).slice(first - i * width, z.rows - first), i, first);
  }
  static void each(auto&& terms, auto& columns, auto&& f) {    // f(term, its columns)
    for_each_index<std::remove_cvref_t<decltype(terms)>::count>(
        [&](auto k) { f(part<k>(terms.terms), part<k>(columns)); });
  }
  /// f(pairs, what of a column is theirs): for its anchors a strip has all later rows, and for the later rows its
  /// anchors.
  void both_ways(int i, auto&& f) const {
    f(pairs(i, i * width), [&](const auto& column) { return across(column, i); });
    if (const int later = (i + 1) * width; later < z.rows)
      f(pairs(i, later), [&](const auto& column) { return rows(column, later); });
  }

  // ---- first pass: statistics of the anchors ----
  void begin(const auto& labels, int views) const {
    const int all = engine::capacity(z.rows);
    const index4 grid{1, 1, 1, all};
    if constexpr (L::needs_labels) launch<number_classes>(ctx, grid, {z.rows, labels.rows}, m.row, m.id, labels);
    else launch<number_views>(ctx, grid, {z.rows, z.rows / views}, m.row, m.id);
    const auto clear = [&](const auto&... column) { (map(ctx, operand_of(column).slice(0, all), 0.), ...); };
    clear(m.positives, m.ties, m.hits, m.alike, m.unlike);
    map(ctx, operand_of(m.nearest).slice(0, all), -very_far);
    each(anchor(0), m.terms, [&](const auto& term, auto& t) {
      term.begin(ctx, operand_of(t.at).slice(0, all), operand_of(t.scale).slice(0, all));
    });
  }
  void similarities(int i) const {
    const int count = anchors_in(i), first = i * width;
    const auto anchors = m.anchors.first(width);    // (t, d)
    map(ctx, anchors.slice(0, count), z.slice(first, count));
    if (count < width) map(ctx, anchors.slice(count, width - count), 0.);
    similarity::compare(ctx, strip(z.rows - first), rows(z, first), anchors, temperature);
  }
  void collect(int i) const {
    similarities(i);
    both_ways(i, [&](const auto& p, const auto& of) {
      const auto part = of(m.part);
      each(anchor_of<L>(p, config), m.terms,
           [&](const auto& term, auto& t) { term.collect(ctx, of(t.at), of(t.scale), part); });
      add<fold::max>(ctx, of(m.nearest), part, only_or_far(p.all, p.s));
      add<fold::sum>(ctx, of(m.positives), part, p.positives.only(1));
      add<fold::sum>(ctx, of(m.alike), part, p.positives.only(p.s));
      add<fold::sum>(ctx, of(m.unlike), part, p.negatives.only(p.s));
    });
  }

  // ---- between the passes: per anchor ----
  auto anchor(int i) const { return anchor_of<L>(pairs(i, i * width), config); }
  auto count(const auto& term) const {
    return std::remove_cvref_t<decltype(term)>::set::count(rows(m.positives), z.rows);
  }
  auto of_anchors(const auto& e) const { return where_greater(rows(m.positives), 0, e); }
  auto sum_of_terms(const auto& a, auto&& f) const {    // Σ factor · f(term, columns), an expression
    return [&]<std::size_t... K>(std::index_sequence<K...>) {
      return ((part<K>(a.terms).factor * f(part<K>(a.terms), part<K>(m.terms))) + ...);
    }(std::make_index_sequence<std::remove_cvref_t<decltype(a)>::count>{});
  }
  void sum(typename engine::figure k, const auto& e) const {
    if constexpr (Operand<decltype(e)>) reduce<fold::sum>(ctx, number(k), e);
    else {    // maps and one reduction compile faster than many reductions
      map(ctx, rows(m.part), e);
      sum(k, rows(m.part));
    }
  }
  void finish() const {
    const auto a = anchor(0);
    each(a, m.terms, [&](const auto& term, auto& t) {
      term.finish(ctx, rows(t.at), rows(t.scale), count(term), number(engine::weights), number(engine::weighed));
    });
    // the large parts first: they nearly cancel
    sum(engine::loss,
        of_anchors(sum_of_terms(a, [&](const auto&, auto& t) { return expression_of(rows(t.at)); }) +
                   sum_of_terms(a, [&](const auto& term, auto& t) { return term.rest(rows(t.scale), count(term)); })));
    const double same = similarity::where_rows_coincide(temperature);
    sum(engine::chance,
        of_anchors(sum_of_terms(a, [&](const auto& term, auto&) { return term.at_collapse(same, count(term)); }) +
                   sum_of_terms(a, [&](const auto& term, auto&) { return term.rest_at_collapse(count(term)); })));
    sum(engine::with_positives, of_anchors(1));
    sum(engine::alike_pairs, rows(m.positives));
    sum(engine::alike, rows(m.alike));
    sum(engine::unlike, rows(m.unlike));
    // the slopes get their share of the mean
    if (averages_over_all(config)) map(ctx, number(engine::averaged), double(z.rows));
    else map(ctx, number(engine::averaged), maximum(number(engine::with_positives), 1));
    each(a, m.terms, [&](const auto& term, auto& t) {
      const double factor = term.factor * loss_factor(config);
      map(ctx, rows(t.scale), of_anchors(rows(t.scale) * (factor / number(engine::averaged))));
    });
  }

  // ---- second pass ----
  void rank(int i) const {
    both_ways(i, [&](const auto& p, const auto& of) {
      const auto nearest = expression_of(of(m.nearest));
      const auto tied = maximum(tied_share * abs(nearest), similarity::tied_within(temperature));
      const auto is_nearest = where_greater(p.s, nearest - tied, 1);
      add<fold::sum>(ctx, of(m.ties), of(m.part), p.all.only(is_nearest));
      add<fold::sum>(ctx, of(m.hits), of(m.part), p.positives.only(is_nearest));
    });
  }
  // ∂/∂u_i = 1/τ Σ_j w_ij u_j,  w_ij = ∂ℓ_i/∂s_ij + ∂ℓ_j/∂s_ij = w_ji
  void gradient(int i, auto& dz) const {
    const int first = i * width, count = anchors_in(i), later = z.rows - first - count;
    const double scale = 1 / temperature;
    const auto w = strip(z.rows - first);           // (n, t)
    const auto anchors = m.anchors.first(width);    // (t, d)
    map(ctx, w, weights(i, first));
    if (later > 0) gemm(ctx, by_row(rows(dz, first + count)), by_row(w.slice(count, later)), by_row(anchors), scale, 1);
    gemm(ctx, by_row(anchors), transpose(by_row(w)), by_row(rows(z, first)), scale);
    const auto mine = operand_of(dz).slice(first, count);
    map(ctx, mine, mine + anchors.slice(0, count));
  }
  // of distances: ∂/∂z_i = Σ_j p_ij (z_j − z_i),  p_ij = w_ij · pull(s_ij), the anchors with all rows
  void gradient_of_distances(int i, auto& dz) const {
    const auto p = strip(z.rows);                                                                          // (n, t)
    const auto anchors = m.anchors.first(width), sums = m.anchors.first(2 * width).slice(width, width);    // (t, d)
    similarity::compare(ctx, p, z, anchors, temperature);
    map(ctx, p, weights(i, 0) * similarity::pull(p));
    similarity::gather(ctx, sums, p, z, anchors);
    map(ctx, operand_of(dz).slice(i * width, anchors_in(i)), sums.slice(0, anchors_in(i)) * 1);
  }
  auto weights(int i, int first) const {
    const auto a = anchor_of<L>(pairs(strip(z.rows - first), i, first), config);
    return [&]<std::size_t... K>(std::index_sequence<K...>) {
      return (slope(part<K>(a.terms), part<K>(m.terms), i, first) + ...);
    }(std::make_index_sequence<decltype(a)::count>{});
  }
  auto slope(const auto& term, const auto& t, int i, int first) const {
    return term.slope(across(t.at, i), across(t.scale, i), rows(t.at, first), rows(t.scale, first));
  }
};

/// The engine of verbs, for every backend and every pair loss.
template <class L>
struct pairwise_by_verbs {
  template <class B, int D>
  using memory = typename pairwise_plan<L>::template memory<B, D>;

  static void evaluate(auto& ctx, const typename L::config& c, auto& m, const auto& z, const auto& labels, int views,
                       auto& dz) {
    using Z = operand_type<decltype(z)>;
    const pairwise_run<L, std::remove_reference_t<decltype(ctx)>, std::remove_reference_t<decltype(m)>, Z> run{
        ctx, c, m, operand_of(z)};
    run.begin(labels, views);
    for (int i = 0; i < run.strips(); ++i) run.collect(i);
    run.finish();
    map(ctx, dz, 0.);
    for (int i = 0; i < run.strips(); ++i) {
      run.similarities(i);
      run.rank(i);
      if constexpr (!wanted<decltype(dz)>) continue;
      else if constexpr (similarity_of<L>::of_distance) run.gradient_of_distances(i, dz);
      else run.gradient(i, dz);
    }
    run.sum(pairwise_plan<L>::accuracy, run.of_anchors(run.rows(m.hits) / run.rows(m.ties)));
  }
};

/// A pair loss L on a backend: value, report and gradient, by the engine above or one of the device's overrides.
template <PairLoss L>
struct pairwise {
  using plan = pairwise_plan<L>;
  using config = typename L::config;
  static constexpr bool needs_labels = L::needs_labels;
  static constexpr int capacity(int rows) { return plan::capacity(rows); }
  template <class B>
  using engine = answer_of<B, training, asked::pair_loss<L>, detail::pairwise_by_verbs<L>>;
  template <class B, int D>
  using memory = typename engine<B>::template memory<B, D>;

  static void evaluate(auto& ctx, const config& c, auto& m, const auto& z, const auto& labels, int views, auto& dz) {
    detail::require_temperature(detail::temperature_of(c));
    detail::require_views(z.rows, views, L::needs_labels);
    engine<typename std::remove_reference_t<decltype(ctx)>::backend>::evaluate(ctx, c, m, z, labels, views, dz);
  }
  static loss_report read(auto& device, const config& c, auto& m, int rows) { return plan::read(device, c, m, rows); }
};
}    // namespace detail

}    // namespace contrastive
