// SPDX-License-Identifier: MIT
#pragma once
// What the engine of pair losses keeps on a device, and the report that it reads back.
#include <contrastive/loss/loss_concepts.hpp>

#include <array>

namespace contrastive {

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
  return base > 0 ? temperature_of(config) / base : scaled ? temperature_of(config) : 1;
}
template <class Config>
bool averages_over_all(const Config& config) {
  if constexpr (requires { config.average_over; }) return config.average_over == anchors::all;
  else return false;
}

/// The memory of the engine for a pair loss L, for any number of rows up to its capacity.
template <PairLoss L>
struct pairwise_plan {
  static constexpr int width = 64;    // anchors at once
  static constexpr bool needs_labels = L::needs_labels;
  using config = typename L::config;
  static constexpr int capacity(int rows) { return int(detail::round_up(std::size_t(rows), width)); }

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

  enum figure {
    loss,
    chance,
    accuracy,
    with_positives,
    averaged,
    alike_pairs,
    alike,
    unlike,
    weights,
    weighed,
    figures
  };
  template <class B>
  using numbers = std::array<typename B::element, figures>;

  template <class B, int D>
  struct memory {
    tensor<B, features<width>> strip;                // (n, t) similarity / τ, then weights
    tensor<B, features<1>, std::int32_t> row, id;    // (n) its number; its sample or class
    column<B> positives, nearest, ties, hits;    // (n) how many positives; largest s; all rows and positives with it
    column<B> alike, unlike, part;               // (n) Σ s over positives and over negatives; what a strip adds
    typename repeated<B, std::make_index_sequence<anchor<B>::count>>::type terms;
    // (t, d) rows, then their gradient; of distances both
    chunk<B, features<D>, similarity_of<L>::of_distance ? 2 * width : width> anchors;
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
      f("part", m.part...);
      f("terms", m.terms...);
      f("anchors", m.anchors...);
      f("report", m.report...);
    }
  };

  /// What the last evaluation of so many rows said: one download.
  template <class B>
  static loss_report read(B& device, const config& c, auto& m, int rows) {
    numbers<B> r;
    device.download(r.data(), m.report.data, figures);
    const double pairs = double(rows) * (rows - 1), positive = double(r[alike_pairs]), tau = temperature_of(c);
    const double share = detail::loss_factor(c) / double(r[averaged]);
    const auto mean = [tau](double sum, double count) { return count > 0 ? sum * tau / count : 0; };
    return {.value = double(r[loss]) * share,
            .chance_level = double(r[chance]) * share,
            .figures = {{"accuracy", double(r[accuracy]) / std::max(1., double(r[with_positives]))},
                        {"positive_similarity", mean(double(r[alike]), positive)},
                        {"negative_similarity", mean(double(r[unlike]), pairs - positive)}},
            .anchors_without_positives = rows - int(r[with_positives])};
  }
};
}    // namespace detail

}    // namespace contrastive
