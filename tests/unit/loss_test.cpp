// SPDX-License-Identifier: MIT
// Losses on every backend against their definitions in plain double loops, against PyTorch, and with bad input.
#include <contrastive/loss/cross_entropy.hpp>
#include <contrastive/loss/dcl.hpp>
#include <contrastive/loss/nt_xent.hpp>
#include <contrastive/loss/sup_con.hpp>
#include <contrastive/testing/loss_laws.hpp>
#include <contrastive/testing/trial.hpp>

#include <string>

#include "support/backend_under_test.hpp"
#include "support/catch.hpp"
#include "support/figures.hpp"
#include "support/golden.hpp"
#include "support/tolerance.hpp"

namespace ct = contrastive;
using ct::testing::judged;
using numbers = std::vector<double>;
using labels_of_rows = std::vector<std::int32_t>;

namespace {

/// A loss of a user: products of rows as they come, of any length.
struct products {
  struct config {
    double temperature = 0.07;
    static constexpr void members(auto&& f, auto&... c) { f("temperature", c.temperature...); }
  };
  using prepare = ct::sequential<>;
  static constexpr bool needs_labels = false;
  static auto anchor(const auto& pairs) { return log_sum_exp(pairs.all) - mean(pairs.positives); }
};

constexpr int width = 8;    // numbers of a row; narrower ones are filled with zeros, which changes no similarity
constexpr bool in_double = std::is_same_v<device::element, double>;

double bound(double of_float, double of_double) { return in_double ? of_double : of_float; }
double loss_bound() { return bound(tolerance::loss, tolerance::golden_double_ill_conditioned); }
double gradient_bound(double temperature) {
  return bound(tolerance::gradient(temperature), tolerance::golden_double_ill_conditioned);
}

/// One loss on the device under test.
template <class L>
judged judge(const numbers& z, const labels_of_rows& labels, int views, const typename L::config& c) {
  return ct::testing::loss_trial<device, L, width>(shared_device(), int(z.size()) / width)(z, labels, views, c);
}

// ---- the definitions, as they are written in the papers ------------------------------------------------------------------

struct defined : judged {
  double pull = 0;    // √Σ of the squares of the attracting half of the gradient
};
enum class form { out, in, decoupled, weighted };
template <class L>
constexpr form form_of = std::is_same_v<L, ct::sup_con_in> ? form::in
                         : std::is_same_v<L, ct::dcl>      ? form::decoupled
                         : std::is_same_v<L, ct::dclw>     ? form::weighted
                                                           : form::out;

struct plain_loss {
  const numbers& u;
  const labels_of_rows& ids;
  double temperature;
  form which;
  bool over_all;
  double sigma = 0.5;    // of dclw
  std::size_t rows = ids.size();
  double mean_weight = which == form::weighted ? mean_over_positives() : 1;

  double s(std::size_t i, std::size_t j) const {
    double dot = 0;
    for (std::size_t k = 0; k < width; ++k) dot += u[i * width + k] * u[j * width + k];
    return dot / temperature;
  }
  bool positive(std::size_t i, std::size_t j) const { return i != j && ids[i] == ids[j]; }
  bool is_decoupled() const { return which == form::decoupled || which == form::weighted; }
  bool repels(std::size_t i, std::size_t j) const { return i != j && (!is_decoupled() || ids[i] != ids[j]); }
  double closeness(std::size_t i, std::size_t j) const { return std::exp(s(i, j) * temperature / sigma); }
  double mean_over_positives() const {    // of the closeness
    double sum = 0, pairs = 0;
    for (std::size_t i = 0; i < rows; ++i)
      for (std::size_t j = 0; j < rows; ++j)
        if (positive(i, j)) sum += closeness(i, j), ++pairs;
    return sum / pairs;
  }
  double weight(std::size_t i, std::size_t j) const {
    return which == form::weighted ? 2 - closeness(i, j) / mean_weight : 1;
  }
  double count(std::size_t i) const {
    double n = 0;
    for (std::size_t j = 0; j < rows; ++j) n += positive(i, j);
    return n;
  }
  double log_sum(std::size_t i, auto&& among) const {
    double largest = -HUGE_VAL, sum = 0;
    for (std::size_t j = 0; j < rows; ++j)
      if (among(i, j)) largest = std::max(largest, s(i, j));
    for (std::size_t j = 0; j < rows; ++j)
      if (among(i, j)) sum += std::exp(s(i, j) - largest);
    return sum > 0 ? largest + std::log(sum) : 0;
  }
  double repulsion(std::size_t i) const {
    return log_sum(i, [&](auto a, auto b) { return repels(a, b); });
  }
  double attraction(std::size_t i) const {
    if (which == form::in) return log_sum(i, [&](auto a, auto b) { return positive(a, b); });
    double sum = 0;
    for (std::size_t j = 0; j < rows; ++j) sum += positive(i, j) ? weight(i, j) * s(i, j) : 0;
    return sum / count(i);
  }

  defined operator()() const {
    defined all{{{}, numbers(u.size(), 0.)}};
    double anchors = 0, accuracy = 0, alike = 0, unlike = 0, pairs = 0;
    for (std::size_t i = 0; i < rows; ++i) anchors += count(i) > 0;
    const double share = 1 / (over_all ? double(rows) : std::max(1., anchors));
    for (std::size_t i = 0; i < rows; ++i) {
      if (count(i) > 0) add_anchor(i, share, all);
      else ++all.report.anchors_without_positives;
      if (count(i) > 0) accuracy += hits(i) / anchors;
      for (std::size_t j = 0; j < rows; ++j)
        if (i != j) (positive(i, j) ? alike : unlike) += s(i, j) * temperature;
      pairs += count(i);
    }
    all.pull = std::sqrt(all.pull);
    const double others = double(rows) * double(rows - 1) - pairs;
    all.report.figures = {{"accuracy", accuracy},
                          {"positive_similarity", pairs > 0 ? alike / pairs : 0},
                          {"negative_similarity", others > 0 ? unlike / others : 0}};
    return all;
  }
  void add_anchor(std::size_t i, double share, defined& to) const {
    const double repelled = repulsion(i), attracted = attraction(i), n = count(i);
    to.report.value += share * (repelled - attracted + (which == form::in ? std::log(n) : 0));
    to.report.chance_level += share * at_collapse(n);
    for (std::size_t j = 0; j < rows; ++j) {    // ∂ℓ_i/∂s_ij
      const double push = repels(i, j) ? std::exp(s(i, j) - repelled) : 0;
      const double pull = !positive(i, j) ? 0 : which == form::in ? std::exp(s(i, j) - attracted) : weight(i, j) / n;
      to.pull += std::pow(share / temperature * pull, 2);
      for (std::size_t k = 0; k < width; ++k) {
        to.gradient[i * width + k] += share / temperature * (push - pull) * u[j * width + k];
        to.gradient[j * width + k] += share / temperature * (push - pull) * u[i * width + k];
      }
    }
  }
  /// ℓ_i of an anchor with n positives, where every similarity is 1/τ.
  double at_collapse(double n) const {
    const double others = double(rows - 1);
    if (!is_decoupled()) return std::log(others);
    return n < others ? std::log(others - n) : -1 / temperature;    // without negatives only the attraction is left
  }
  double hits(std::size_t i) const {
    double nearest = -HUGE_VAL, tied = 0, positives = 0;
    for (std::size_t j = 0; j < rows; ++j)
      if (j != i) nearest = std::max(nearest, s(i, j) * temperature);
    for (std::size_t j = 0; j < rows; ++j)
      if (j != i && s(i, j) * temperature > nearest - 1e-6) ++tied, positives += positive(i, j);
    return positives / tied;
  }
};

/// Clustered unit rows: those of one id lie near each other.
numbers rows_of(const labels_of_rows& ids, double noise, std::uint64_t seed) {
  auto z = ct::testing::normal_numbers(ids.size() * width, seed, 1);
  const auto centers = ct::testing::normal_numbers(1000 * width, seed, 2);
  for (std::size_t i = 0; i < z.size(); ++i)
    z[i] = noise * z[i] + centers[std::size_t(ids[i / width]) % 1000 * width + i % width];
  ct::testing::detail::normalize_rows(z, width);
  return z;
}
labels_of_rows views_of_samples(int samples, int views) {
  labels_of_rows ids;
  for (int i = 0; i < samples * views; ++i) ids.push_back(i % samples);
  return ids;
}
labels_of_rows drawn_labels(int rows, int classes, std::uint64_t seed) {
  labels_of_rows labels;
  for (const double x : ct::testing::normal_numbers(std::size_t(rows), seed, 3))
    labels.push_back(std::int32_t(std::abs(x) * 1e4) % classes);
  return labels;
}

void check_reports(const ct::loss_report& found, const ct::loss_report& expected) {
  CHECK(relative_difference(found.value, expected.value) <= loss_bound());
  CHECK(relative_difference(found.chance_level, expected.chance_level) <= loss_bound());
  CHECK(figure_difference(found.figures, expected.figures) <= tolerance::measures);
  CHECK(found.anchors_without_positives == expected.anchors_without_positives);
}
/// A gradient is a push less a pull. Rounding errors are relative to each of them, not to what is left of both.
void check_gradients(const numbers& found, const numbers& expected, double pull, double temperature) {
  double size = 0, error = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    size += expected[i] * expected[i];
    error += (found[i] - expected[i]) * (found[i] - expected[i]);
  }
  CHECK(std::sqrt(error) <= gradient_bound(temperature) * std::max(std::sqrt(size), pull / 4));
}

template <class L>
void equals_definition(const numbers& u, const labels_of_rows& ids, int views, typename L::config c) {
  const bool over_all = ct::detail::averages_over_all(c);
  INFO(ids.size() << " rows, " << views << " views, temperature " << c.temperature << (over_all ? ", over all" : ""));
  const auto found = judge<L>(u, ids, views, c);
  const auto expected = plain_loss{
      .u = u, .ids = ids, .temperature = c.temperature, .which = form_of<L>, .over_all = over_all}();
  check_reports(found.report, expected.report);
  check_gradients(found.gradient, expected.gradient, expected.pull, c.temperature);
}

// ---- golden values -----------------------------------------------------------------------------------------------------------

/// The rows of a golden tensor, filled with zeros.
numbers widened(const golden_tensor& z) {
  const auto narrow = std::size_t(z.shape[1]);
  numbers wide;
  for (std::size_t i = 0; i < z.size(); ++i) {
    wide.push_back(z.values[i]);
    if (i % narrow == narrow - 1) wide.resize(wide.size() + width - narrow, 0.);
  }
  return wide;
}
labels_of_rows integers(const golden_tensor& t) { return {t.values.begin(), t.values.end()}; }

/// Through the layers that the loss wants before it, as in a pipeline: from embeddings to the gradient of the embeddings.
template <class L>
judged through_prepare(const numbers& z, const labels_of_rows& labels, int views, const typename L::config& c) {
  ct::testing::trial<device, ct::detail::prepare_of<L>, ct::features<width>> before(shared_device(),
                                                                                    int(z.size()) / width);
  auto all = judge<L>(before.forward(z), labels, views, c);
  all.gradient = before.backward(all.gradient);
  return all;
}

template <class L>
void equals_golden(const golden& batch, const golden& result, const labels_of_rows& labels, int views,
                   typename L::config c, double factor = 1) {
  const auto rows = std::size_t(batch["z"].shape[0]);
  const auto found = through_prepare<L>(widened(batch["z"]), labels, views, c);
  CHECK(relative_difference(found.report.value, result.number("value")) <= loss_bound());
  for (const char* name : {"accuracy", "positive_similarity", "negative_similarity"})
    CHECK(std::abs(found.report.figures[name] - batch.number(name)) <= tolerance::measures);
  const int lonely = batch.contains("anchors_without_positives") ? int(batch.number("anchors_without_positives")) : 0;
  CHECK(found.report.anchors_without_positives == lonely);
  // over all anchors, those without positives take their share of what collapsed rows would cost
  const double counted = ct::detail::averages_over_all(c) ? 1 - lonely / double(rows)
                         : std::size_t(lonely) < rows     ? 1
                                                          : 0;
  CHECK(relative_difference(found.report.chance_level, batch.number("chance") * counted * factor) <= loss_bound());
  const auto expected = widened(result["z_gradient"]);
  if (max_abs_difference(expected, numbers(expected.size(), 0.)) > 1e-9)
    CHECK(relative_rms(found.gradient, expected) <= gradient_bound(c.temperature));
  else CHECK(max_abs_difference(found.gradient, expected) <= bound(tolerance::sums, tolerance::golden_double));
}

void broken(const std::string& sentence, auto&& act) {
  try {
    act();
    FAIL("nothing was thrown; expected: " << sentence);
  } catch (const ct::argument_error& e) {
    CHECK(std::string(e.what()) == sentence);
  }
}

}    // namespace

// ---- against their definitions ---------------------------------------------------------------------------------------------

TEMPLATE_TEST_CASE("a loss of views is its definition, for any number of rows, views and strips", "", ct::nt_xent,
                   ct::dcl, ct::dclw) {
  for (const auto& [samples, views] :
       {std::pair{1, 2}, {2, 2}, {32, 2}, {33, 2}, {64, 2}, {75, 2}, {1, 3}, {21, 3}, {43, 3}, {5, 13}}) {
    const auto ids = views_of_samples(samples, views);
    for (const double temperature : {0.5, 0.1})
      equals_definition<TestType>(rows_of(ids, 0.7, 5), ids, views, {.temperature = temperature});
  }
}

TEMPLATE_TEST_CASE("a loss of classes is its definition: few classes, lonely anchors, one class", "", ct::sup_con,
                   ct::sup_con_in) {
  for (const auto& [rows, classes] : {std::pair{2, 1}, {7, 3}, {64, 5}, {100, 60}, {131, 7}, {70, 1}, {66, 1000}}) {
    const auto labels = drawn_labels(rows, classes, 7);
    for (const double temperature : {0.5, 0.07})
      for (const auto over : {ct::anchors::with_positives, ct::anchors::all})
        equals_definition<TestType>(rows_of(labels, 0.7, 6), labels, 1,
                                    {.temperature = temperature, .average_over = over});
  }
}

TEST_CASE("views and classes together: the other views of a sample are of its class") {
  const auto labels = drawn_labels(40, 6, 3);
  auto ids = labels;
  for (int view = 1; view < 3; ++view) ids.insert(ids.end(), labels.begin(), labels.end());
  const auto u = rows_of(ids, 0.7, 8);
  equals_definition<ct::sup_con>(u, ids, 3, {.temperature = 0.1});
  const auto of_rows = judge<ct::sup_con>(u, ids, 3, {}), of_samples = judge<ct::sup_con>(u, labels, 3, {});
  CHECK(of_samples.report.value == of_rows.report.value);    // labels of one view serve all views
  CHECK((of_samples.gradient == of_rows.gradient));
}

TEMPLATE_TEST_CASE("small temperatures and near duplicates cost no more digits than 1/temperature", "", ct::nt_xent,
                   ct::sup_con, ct::sup_con_in) {
  const auto ids = views_of_samples(60, 2);
  for (const double temperature : {0.02, 0.01}) {
    equals_definition<TestType>(rows_of(ids, 0.5, 9), ids, 2, {.temperature = temperature});
    equals_definition<TestType>(rows_of(labels_of_rows(120, 0), 0.05, 9), ids, 2, {.temperature = temperature});
    equals_definition<TestType>(rows_of(labels_of_rows(120, 0), 0., 9), ids, 2, {.temperature = temperature});
  }
}

TEST_CASE("without any positives value and gradient are zero, and the anchors are counted") {
  labels_of_rows labels;
  for (int i = 0; i < 70; ++i) labels.push_back(i);
  for (const auto over : {ct::anchors::with_positives, ct::anchors::all}) {
    const auto found = judge<ct::sup_con>(rows_of(labels, 1, 4), labels, 1, {.temperature = 0.1, .average_over = over});
    CHECK(found.report.value == 0);
    CHECK(found.report.chance_level == 0);
    CHECK(found.report.figures["accuracy"] == 0);
    CHECK(found.report.anchors_without_positives == 70);
    CHECK(max_abs_difference(found.gradient, numbers(found.gradient.size(), 0.)) == 0);
  }
}

// ---- against PyTorch -----------------------------------------------------------------------------------------------------------

TEST_CASE("nt_xent equals PyTorch: value, gradient, chance level, accuracy and similarities") {
  const golden all{"nt_xent"};
  int tried = 0;
  for (const auto& name : all.cases())
    if (const auto at = name.find("_at_"); at != name.npos) {
      INFO(name);
      const golden batch = all.of(name.substr(0, at)), result = all.of(name);
      equals_golden<ct::nt_xent>(batch, result, {}, int(batch.number("views")),
                                 {.temperature = result.number("temperature")});
      ++tried;
    }
  CHECK(tried >= 10);
}

TEST_CASE("sup_con and sup_con_in equal PyTorch, over anchors with positives and over all, and SupContrast's scaling") {
  const golden all{"sup_con"};
  int tried = 0;
  for (const auto& name : all.cases())
    for (const std::string form : {"_out_at_", "_in_at_", "_out_all_at_", "_in_all_at_", "_sup_contrast_at_"})
      if (const auto at = name.find(form); at != name.npos) {
        INFO(name);
        const golden batch = all.of(name.substr(0, at)), result = all.of(name);
        const double temperature = result.number("temperature");
        const bool contrast = form == "_sup_contrast_at_", over_all = contrast || form.find("_all") != form.npos;
        const ct::sup_con_config c{.temperature = temperature,
                                   .base_temperature = contrast ? 0.07 : 0,
                                   .average_over = over_all ? ct::anchors::all : ct::anchors::with_positives};
        const auto labels = integers(batch["labels"]);
        if (form.find("_in") == 0) equals_golden<ct::sup_con_in>(batch, result, labels, 1, c);
        else equals_golden<ct::sup_con>(batch, result, labels, 1, c, contrast ? temperature / 0.07 : 1);
        ++tried;
      }
  CHECK(tried >= 27);
}

TEST_CASE("NT-Xent equals lightly's on two views of six samples") {
  const golden all{"view_losses"}, expected = all.of("nt_xent");
  const auto found = through_prepare<ct::nt_xent>(widened(all["z"]), {}, 2, {.temperature = 0.5});
  CHECK(relative_difference(found.report.value, expected.number("value")) <= loss_bound());
  CHECK(relative_rms(found.gradient, widened(expected["gradient"])) <= gradient_bound(0.5));
}

TEMPLATE_TEST_CASE("decoupled losses equal PyTorch, and obey the laws of losses", "", ct::dcl, ct::dclw) {
  constexpr bool weighted = std::is_same_v<TestType, ct::dclw>;
  const golden all{"view_losses"}, expected = all.of(weighted ? "dclw" : "dcl");
  const auto found = through_prepare<TestType>(widened(all["z"]), {}, 2, {.temperature = 0.1});
  CHECK(relative_difference(found.report.value, expected.number("value")) <= loss_bound());
  CHECK(relative_rms(found.gradient, widened(expected["gradient"])) <= gradient_bound(0.1));
  for (const auto& law : ct::testing::loss_laws<TestType, width>(shared_device(), {}, {.stops = weighted})) {
    INFO(ct::testing::text_of(law));
    CHECK(law.holds());
  }
}

TEST_CASE("cross_entropy equals PyTorch: value, gradient and accuracy") {
  const golden all{"cross_entropy"};
  for (const auto& name : all.cases()) {
    INFO(name);
    const golden g = all.of(name);
    const auto check = [&]<int K>(std::integral_constant<int, K>) {
      if (g["x"].shape[1] != K) return;
      ct::testing::loss_trial<device, ct::cross_entropy, K> trial(shared_device(), g["x"].shape[0]);
      const auto [report, gradient] = trial(g["x"].values, integers(g["labels"]), 1, {});
      CHECK(relative_difference(report.value, g.number("value")) <= bound(tolerance::loss, tolerance::golden_double));
      CHECK(relative_rms(gradient, g["dx"].values) <= bound(tolerance::gradient(1), tolerance::golden_double));
      CHECK(std::abs(report.figures["accuracy"] - g.number("accuracy")) <= tolerance::measures);
      CHECK(report.chance_level == Approx(g.number("chance")).epsilon(1e-12));
    };
    CHECK((g["x"].shape[1] == 4 || g["x"].shape[1] == 10 || g["x"].shape[1] == 2 || g["x"].shape[1] == 7));
    check(std::integral_constant<int, 4>{});
    check(std::integral_constant<int, 10>{});
    check(std::integral_constant<int, 2>{});
    check(std::integral_constant<int, 7>{});
  }
}

// ---- options and limits --------------------------------------------------------------------------------------------------

TEST_CASE("the factors of SupContrast and of google-research scale value, gradient and chance level") {
  const auto labels = drawn_labels(70, 6, 1);
  const auto u = rows_of(labels, 0.7, 1);
  const auto plain = judge<ct::sup_con>(u, labels, 1, {.temperature = 0.2});
  const auto check = [&](const ct::sup_con_config& c, double factor) {
    const auto scaled = judge<ct::sup_con>(u, labels, 1, c);
    auto expected = plain.gradient;
    for (double& g : expected) g *= factor;
    CHECK(relative_difference(scaled.report.value, plain.report.value * factor) <= loss_bound());
    CHECK(relative_difference(scaled.report.chance_level, plain.report.chance_level * factor) <= loss_bound());
    CHECK(relative_rms(scaled.gradient, expected) <= gradient_bound(0.2));
  };
  check({.temperature = 0.2, .base_temperature = 0.07}, 0.2 / 0.07);
  check({.temperature = 0.2, .scale_by_temperature = true}, 0.2);
}

TEST_CASE("collapsed embeddings show the chance level and no accuracy, whatever their direction") {
  const auto u = rows_of(labels_of_rows(130, 3), 0, 3);    // one direction, all of whose numbers are rounded
  const auto report = judge<ct::nt_xent>(u, {}, 2, {.temperature = 0.1}).report;
  CHECK(relative_difference(report.value, std::log(129.)) <= loss_bound());
  CHECK(relative_difference(report.chance_level, std::log(129.)) <= loss_bound());
  CHECK(std::abs(report.figures["accuracy"] - 1 / 129.) <= tolerance::measures);
}

TEST_CASE("classes may have any numbers, which are told apart on every device") {
  const auto z = ct::testing::normal_numbers(12 * width, 9);
  auto u = z;
  ct::testing::detail::normalize_rows(u, width);
  labels_of_rows labels, large;
  for (int i = 0; i < 12; ++i) labels.push_back(i % 5);
  const auto expected = judge<ct::sup_con>(u, labels, 1, {.temperature = 0.1});
  for (const int from : {16'777'215, 16'777'216, 2'147'483'643}) {
    large.clear();
    for (const int label : labels) large.push_back(from + label);
    INFO("classes from " << from);
    const auto found = judge<ct::sup_con>(u, large, 1, {.temperature = 0.1});
    CHECK(found.report.value == expected.report.value);
    CHECK(found.gradient == expected.gradient);
    CHECK(found.report.anchors_without_positives == expected.report.anchors_without_positives);
  }
}

TEST_CASE("rows of any length have an accuracy") {
  const auto z = ct::testing::normal_numbers(8 * width, 11);
  const double expected = judge<products>(z, {}, 2, {}).report.figures["accuracy"];
  CHECK((expected >= 0 && expected <= 1));
  for (const double length : {10., 100., 1e4}) {
    auto longer = z;
    for (double& v : longer) v *= length;
    INFO("rows of about " << length);
    CHECK(judge<products>(longer, {}, 2, {}).report.figures["accuracy"] == expected);
  }
}

TEST_CASE("label smoothing is the mean of the losses of all classes") {
  const auto x = ct::testing::normal_numbers(20 * width, 5);
  const auto labels = drawn_labels(20, width, 5);
  const double smooth = judge<ct::cross_entropy>(x, labels, 1, {.label_smoothing = 0.3}).report.value;
  double expected = 0.7 * judge<ct::cross_entropy>(x, labels, 1, {}).report.value;
  for (int k = 0; k < width; ++k)
    expected += 0.3 / width * judge<ct::cross_entropy>(x, labels_of_rows(20, k), 1, {}).report.value;
  CHECK(relative_difference(smooth, expected) <= loss_bound());
}

// ---- bad input ------------------------------------------------------------------------------------------------------------

TEST_CASE("bad input to a loss gets one clear error") {
  const auto ids = views_of_samples(6, 2);
  const auto u = rows_of(ids, 1, 1);
  const auto with = [&](double temperature) { judge<ct::nt_xent>(u, {}, 2, {.temperature = temperature}); };
  broken("a loss's temperature must be a number above 0; it is 0.000000", [&] { with(0); });
  broken("a loss's temperature must be a number above 0; it is -0.500000", [&] { with(-0.5); });
  broken("a loss's temperature must be a number above 0; it is nan", [&] { with(std::nan("")); });
  broken("a loss's temperature must be a number above 0; it is inf", [&] { with(HUGE_VAL); });
  broken("a pair loss needs at least 2 rows; this batch has 1",
         [&] { judge<ct::sup_con>(rows_of({0}, 1, 1), {0}, 1, {}); });
  broken("a batch of 12 rows cannot be 5 views of each sample", [&] { judge<ct::nt_xent>(u, {}, 5, {}); });
  broken("this loss pairs the views of a sample: it needs at least 2 of them, and has 1",
         [&] { judge<ct::nt_xent>(u, {}, 1, {}); });
  broken("base_temperature and scale_by_temperature are two scalings of one loss: choose one of them",
         [&] { judge<ct::sup_con>(u, ids, 1, {.base_temperature = 0.07, .scale_by_temperature = true}); });
  broken("base_temperature must be above 0, or 0 for none; it is -1.000000",
         [&] { judge<ct::sup_con>(u, ids, 1, {.base_temperature = -1}); });
  broken("dclw's sigma must be a number from 0.03 on; it is 0.010000",
         [&] { judge<ct::dclw>(u, {}, 2, {.sigma = 0.01}); });
  broken("this loss has memory for 6 rows, but got 12", [] {
    using rows = ct::tensor<device, ct::features<width>>;
    ct::loss_pass<device, ct::nt_xent, ct::features<width>> pass(shared_device(), 6);
    ct::memory<device, ct::pack<rows, rows>> ends(shared_device(), 12);
    pass(shared_device(), {}, ct::part<0>(ends.value), ct::no_labels{}, 2, ct::part<1>(ends.value));
  });
  broken("label_smoothing must be between 0 and 1; it is 1.500000",
         [&] { judge<ct::cross_entropy>(u, ids, 1, {.label_smoothing = 1.5}); });
  broken("labels must be 0 … 7; 2 of 12 are not",
         [&] { judge<ct::cross_entropy>(u, {0, 1, 2, 3, 4, 5, 6, 7, 8, -1, 0, 0}, 1, {}); });
}
