// SPDX-License-Identifier: MIT
#pragma once
// The engine of pair losses: value and gradient from strips of the similarity matrix, which is never stored.
//
// A strip is the similarities of all rows with `width` anchors, (n, t): one product, one reduction for each statistic of the
// anchors, and in the second pass one map that turns it into the pairs' weights, in place. Memory is linear in the rows.
// A loss is its `anchor` expression alone: its slope is taken from its terms.
#include <contrastive/loss/loss_concepts.hpp>
#include <contrastive/loss/report.hpp>

#include <array>

namespace contrastive {

// views of one sample are one id; rows beyond the batch, which fill the last strip, are numbered −1
// clang-format off
CONTRASTIVE_KERNEL(number_views, (int rows, int samples), (auto row, auto id),
  row(c, 0, 0, 0) = c < rows ? c : -1;
  id(c, 0, 0, 0) = c < rows ? c % samples : -1;)
CONTRASTIVE_KERNEL(number_classes, (int rows, int samples), (auto row, auto id, auto label),
  row(c, 0, 0, 0) = c < rows ? c : -1;
  id(c, 0, 0, 0) = c < rows ? label(c % samples, 0, 0, 0) : -1;)
// clang-format on

/// Similarities closer than this count as tied: some ten roundings of a float, so that a collapsed encoder shows no accuracy.
inline constexpr double tied_within = 1e-6;

namespace detail {
/// What stands before the mean: 1, τ/base as SupContrast has it, or τ as google-research/supcon.
template <class Config>
double loss_factor(const Config& config) {
  double base = 0;
  bool scaled = false;
  if constexpr (requires { config.base_temperature; }) base = config.base_temperature;
  if constexpr (requires { config.scale_by_temperature; }) scaled = config.scale_by_temperature;
  if (!(base >= 0) || (base > 0 && scaled))
    throw argument_error(
        base > 0 ? "base_temperature and scale_by_temperature are two scalings of one loss: choose one of them"
                 : "base_temperature must be above 0, or 0 for none; it is " + std::to_string(base));
  return base > 0 ? config.temperature / base : scaled ? double(config.temperature) : 1;
}
template <class Config>
bool averages_over_all(const Config& config) {
  if constexpr (requires { config.average_over; }) return config.average_over == anchors::all;
  else return false;
}
}    // namespace detail

template <PairLoss L>
struct pairwise {
  static constexpr int width = 64;    // anchors at once
  static constexpr bool needs_labels = L::needs_labels;
  using config = typename L::config;
  static constexpr int capacity(int rows) { return int(round_up(std::size_t(rows), width)); }

  template <class B>
  using tile = detail::pair_tile<typename B::template address<typename B::element>,
                                 typename B::template address<std::int32_t>, width>;
  template <class B>
  using anchor = decltype(detail::anchor_of<L>(std::declval<tile<B>>().pairs(), config{}));
  template <class B>
  using column = tensor<B, features<1>>;    // (n)

  /// The two columns of a term.
  template <class B>
  struct term_columns {
    column<B> at, scale;
    static constexpr void members(auto&& f, auto&... t) {
      f("at", t.at...);
      f("scale", t.scale...);
    }
  };
  template <class B, class Indices>
  struct repeated;
  template <class B, std::size_t... I>
  struct repeated<B, std::index_sequence<I...>> {
    using type = pack<std::conditional_t<I == I, term_columns<B>, void>...>;
  };

  enum figure { loss, chance, with_positives, accuracy, alike_pairs, alike, unlike, figures };
  template <class B>
  using numbers = std::array<typename B::element, figures>;

  template <class B, int D>
  struct memory {
    tensor<B, features<width>> strip;                // (n, t) similarity / τ, then weights
    tensor<B, features<1>, std::int32_t> row, id;    // (n) its number; its sample or class
    column<B> positives, nearest, ties, hits;    // (n) how many positives; largest s; all rows and positives with it
    column<B> alike, unlike;                     // (n) Σ s over positives and over negatives
    typename repeated<B, std::make_index_sequence<anchor<B>::count>>::type terms;
    chunk<B, features<D>, width> anchors;    // (t, d) unit rows, then their gradient
    parameter<B, per_channel<figures>, role::running_mean> report;
    static constexpr void members(auto&& f, auto&... m) {
      f("strip", m.strip...);
      f("row", m.row...);
      f("id", m.id...);
      f("positives", m.positives...);
      f("nearest", m.nearest...);
      f("ties", m.ties...);
      f("hits", m.hits...);
      f("alike", m.alike...);
      f("unlike", m.unlike...);
      f("terms", m.terms...);
      f("anchors", m.anchors...);
      f("report", m.report...);
    }
  };

  static void evaluate(auto& ctx, const config& c, auto& m, const auto& z, const auto& labels, int views, auto& dz);

  template <class B, int D>
  static loss_report read(B& device, const config& c, memory<B, D>& m, int rows) {
    numbers<B> r;
    device.download(r.data(), m.report.data, figures);
    const double pairs = double(rows) * (rows - 1), positive = double(r[alike_pairs]), tau = c.temperature;
    const double share = detail::loss_factor(c) /
                         (detail::averages_over_all(c) ? rows : std::max(1., double(r[with_positives])));
    const auto mean = [tau](double sum, double count) { return count > 0 ? sum * tau / count : 0; };
    return {.value = double(r[loss]) * share,
            .chance_level = double(r[chance]) * share,
            .accuracy = double(r[accuracy]) / std::max(1., double(r[with_positives])),
            .mean_positive_similarity = mean(double(r[alike]), positive),
            .mean_negative_similarity = mean(double(r[unlike]), pairs - positive),
            .anchors_without_positives = rows - int(r[with_positives])};
  }
};

namespace detail {

/// One evaluation of a pair loss L.
template <class L, class Context, class Memory, class Z>
struct pairwise_run {
  using engine = pairwise<L>;
  static constexpr int width = engine::width;
  using B = typename std::remove_cvref_t<Context>::backend;
  Context& ctx;
  const typename L::config& config;
  Memory& m;
  Z z;    // (n, d) unit rows

  // ---- views of the memory; a strip has the rows from `first` on ----
  int strips() const { return engine::capacity(z.rows) / width; }
  auto strip(int first) const { return view_of(m.strip).slice(0, z.rows - first); }    // (n, t)
  auto rows(const auto& column, int first = 0) const { return view_of(column).slice(first, z.rows - first); }
  auto across(const auto& column, int i) const {    // (t)
    return view<decltype(column.data), false, 1, 1, width>{column.data + std::size_t(i) * width, 1};
  }
  auto number(typename engine::figure k) const {
    return view<decltype(m.report.data), false, 1, 1, 1>{m.report.data + k, 1};
  }
  int anchors_in(int i) const { return std::min(width, z.rows - i * width); }
  auto pairs(int i, int first) const {
    return typename engine::template tile<B>{strip(first), rows(m.row, first), rows(m.id, first), across(m.row, i),
                                             across(m.id, i)}
        .pairs();
  }
  auto anchor(int i, int first = 0) const { return anchor_of<L>(pairs(i, first), config); }
  void each_term(int i, auto&& f) const {    // f(term, columns)
    const auto a = anchor(i);
    for_each_index<decltype(a)::count>([&](auto k) { f(part<k>(a.terms), part<k>(m.terms)); });
  }

  // ---- first pass: statistics of the anchors ----
  void number_rows(const auto& labels, int views) const {
    const index4 grid{1, 1, 1, engine::capacity(z.rows)};
    if constexpr (L::needs_labels)
      launch<number_classes>(ctx, grid, constants(z.rows, labels.rows), m.row, m.id, labels);
    else launch<number_views>(ctx, grid, constants(z.rows, z.rows / views), m.row, m.id);
    if constexpr (!L::needs_labels) map(ctx, rows(m.positives), double(views - 1));
  }
  void similarities(int i, int first) const {
    const int count = anchors_in(i);
    const auto anchors = m.anchors.first(width);    // (t, d)
    map(ctx, anchors.slice(0, count), z.slice(i * width, count));
    if (count < width) map(ctx, anchors.slice(count, width - count), 0.);
    gemm(ctx, by_row(strip(first)), by_row(rows(z, first)), transpose(by_row(anchors)), 1 / config.temperature);
  }
  void collect(int i) const {
    similarities(i, 0);
    each_term(i, [&](const auto& term, auto& to) { term.collect(ctx, across(to.at, i), across(to.scale, i)); });
    const auto p = pairs(i, 0);
    const auto nearest = across(m.nearest, i);
    reduce<fold::max>(ctx, nearest, p.s - 1e30 * (1 - p.all.only(1)));    // (t)
    const auto is_nearest = where_greater(p.s, nearest - tied_within / config.temperature, 1);
    reduce<fold::sum>(ctx, across(m.ties, i), p.all.only(is_nearest));
    reduce<fold::sum>(ctx, across(m.hits, i), p.positives.only(is_nearest));
    reduce<fold::sum>(ctx, across(m.alike, i), p.positives.only(p.s));
    reduce<fold::sum>(ctx, across(m.unlike, i), p.negatives.only(p.s));
    if constexpr (L::needs_labels) reduce<fold::sum>(ctx, across(m.positives, i), p.positives.only(1));
  }

  // ---- between the passes: per anchor ----
  auto count(const auto& term) const {
    return std::remove_cvref_t<decltype(term)>::set::count(rows(m.positives), z.rows);
  }
  auto sum_of_terms(auto&& f) const {    // Σ factor · f(term, columns), an expression
    const auto a = anchor(0);
    return [&]<std::size_t... K>(std::index_sequence<K...>) {
      return ((part<K>(a.terms).factor * f(part<K>(a.terms), part<K>(m.terms))) + ...);
    }(std::make_index_sequence<decltype(a)::count>{});
  }
  void finish() const {
    each_term(0, [&](const auto& term, auto& t) { term.finish(ctx, rows(t.at), rows(t.scale), count(term)); });
    report();
    const double factor = loss_factor(config);
    each_term(0, [&](const auto& term, auto& t) {    // the slopes get their share of the mean
      if (averages_over_all(config)) weigh(t, expression_of(term.factor * factor / z.rows));
      else weigh(t, term.factor * factor / maximum(number(engine::with_positives), 1));
    });
  }
  void weigh(auto& t, const auto& share) const {
    map(ctx, rows(t.scale), where_greater(rows(m.positives), 0, rows(t.scale) * share));
  }
  void report() const {
    const auto positives = rows(m.positives);
    const auto add = [&](typename engine::figure k, const auto& e) { reduce<fold::sum>(ctx, number(k), e); };
    const auto of_anchors = [&](const auto& e) { return where_greater(positives, 0, e); };
    const double same = 1 / config.temperature;
    // the large parts first: they nearly cancel
    add(engine::loss,
        of_anchors(sum_of_terms([&](const auto&, auto& t) { return expression_of(rows(t.at)); }) +
                   sum_of_terms([&](const auto& term, auto& t) { return term.rest(rows(t.scale), count(term)); })));
    add(engine::chance,
        of_anchors(sum_of_terms([&](const auto& term, auto&) { return term.at_collapse(same, count(term)); }) +
                   sum_of_terms([&](const auto& term, auto&) { return term.rest_at_collapse(count(term)); })));
    add(engine::with_positives, of_anchors(1));
    add(engine::accuracy, of_anchors(rows(m.hits) / rows(m.ties)));
    add(engine::alike_pairs, positives);
    add(engine::alike, rows(m.alike));
    add(engine::unlike, rows(m.unlike));
  }

  // ---- second pass ----
  // ∂/∂u_i = 1/τ Σ_j w_ij u_j,  w_ij = ∂ℓ_i/∂s_ij + ∂ℓ_j/∂s_ij = w_ji: the strip of anchors i is computed again, from row i on,
  // becomes these weights, and serves the gradients of i and of all later rows
  void gradient(int i, auto& dz) const {
    const int first = i * width, count = anchors_in(i), later = z.rows - first - count;
    const double scale = 1 / config.temperature;
    const auto w = strip(first);                    // (n, t)
    const auto anchors = m.anchors.first(width);    // (t, d)
    similarities(i, first);
    map(ctx, w, weights(i, first));
    if (later > 0) gemm(ctx, by_row(rows(dz, first + count)), by_row(w.slice(count, later)), by_row(anchors), scale, 1);
    gemm(ctx, by_row(anchors), transpose(by_row(w)), by_row(rows(z, first)), scale);
    const auto mine = view_of(dz).slice(first, count);
    map(ctx, mine, mine + anchors.slice(0, count));
  }
  auto weights(int i, int first) const {
    const auto a = anchor(i, first);
    return [&]<std::size_t... K>(std::index_sequence<K...>) {
      return (slope(part<K>(a.terms), part<K>(m.terms), i, first) + ...);
    }(std::make_index_sequence<decltype(a)::count>{});
  }
  auto slope(const auto& term, const auto& t, int i, int first) const {
    return term.slope(across(t.at, i), across(t.scale, i), rows(t.at, first), rows(t.scale, first));
  }
};

}    // namespace detail

template <PairLoss L>
void pairwise<L>::evaluate(auto& ctx, const config& c, auto& m, const auto& z, const auto& labels, int views,
                           auto& dz) {
  detail::require_temperature(c.temperature);
  detail::require_views(z.rows, views, needs_labels);
  using Z = view_of_type<decltype(z)>;
  const detail::pairwise_run<L, std::remove_reference_t<decltype(ctx)>, std::remove_reference_t<decltype(m)>, Z> run{
      ctx, c, m, view_of(z)};
  run.number_rows(labels, views);
  for (int i = 0; i < run.strips(); ++i) run.collect(i);
  run.finish();
  if constexpr (wanted<decltype(dz)>) {
    map(ctx, dz, 0.);
    for (int i = 0; i < run.strips(); ++i) run.gradient(i, dz);
  }
}

}    // namespace contrastive
