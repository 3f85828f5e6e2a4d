// SPDX-License-Identifier: MIT
// Logistic regression, neighbors and the numbers of a representation against scikit-learn and numpy in float64.
#include <contrastive/backend/reference.hpp>
#include <contrastive/evaluate/linear_evaluation.hpp>
#include <contrastive/evaluate/nearest_neighbors.hpp>
#include <contrastive/evaluate/representation.hpp>

#include <limits>

#include "support/catch.hpp"
#include "support/contains.hpp"
#include "support/golden.hpp"
#include "support/tolerance.hpp"

using namespace contrastive;

namespace {

matrix matrix_of(const golden_tensor& t) {
  matrix m(std::size_t(t.shape.at(0)), std::size_t(t.shape.at(1)));
  std::copy(t.values.begin(), t.values.end(), m.data());
  return m;
}
std::vector<int> classes_of(const golden_tensor& t) { return {t.values.begin(), t.values.end()}; }
labeled_features features_of(const golden& g, const char* values, const char* labels) {
  return {matrix_of(g[values]), classes_of(g[labels]), 3};
}
const golden& scikit() {
  static const golden values{"linear_evaluation"};
  return values;
}
matrix rows_first(const matrix& m, std::size_t first, std::size_t count) {
  matrix some(count, m.columns());
  std::copy_n(m.data() + first * m.columns(), count * m.columns(), some.data());
  return some;
}

}    // namespace

TEST_CASE("logistic regression reaches scikit-learn's loss and classes") {
  const auto known = features_of(scikit(), "known", "labels"), asked = features_of(scikit(), "asked", "truth");
  for (const char* name : {"l2_0.001", "l2_0.01", "l2_1"}) {
    const auto g = scikit().of(name);
    const linear_result r = linear_evaluation(known, asked, {.l2 = g.number("l2")});
    INFO(name << ": " << r.solver.evaluations << " evaluations");
    CHECK(r.solver.converged);
    CHECK(relative_difference(r.loss, g.number("loss")) < tolerance::evaluation);
    CHECK(r.predicted == classes_of(g["predicted"]));
  }
}

TEST_CASE("the loss of logistic regression has the gradient of finite differences, for every padding of classes") {
  for (const int classes : {1, 2, 4, 13, 29}) {
    labeled_features data{matrix(7, 5), {}, classes};
    for (std::size_t i = 0; i < 35; ++i) data.values.data()[i] = float(golden_numbers("x", 35)[i]);
    for (int r = 0; r < 7; ++r) data.labels.push_back(r % classes);
    const auto rows = detail::numbers_up_to(7);
    const contrastive::detail::standardization standard(data.values, rows);
    detail::linear_classifier model(data, rows, standard);
    std::vector<double> w = golden_numbers("w", model.size()), gradient(w.size()), ignored(w.size());
    for (std::size_t i = 0; i < w.size(); ++i)    // what pads is 0, as in training
      if (int(i % (w.size() / 6)) >= classes) w[i] = 0;
    model.loss(w, gradient, 0.1);
    std::vector<double> numeric(w.size(), 0.);
    for (std::size_t i = 0; i < w.size(); ++i) {
      if (int(i % (w.size() / 6)) >= classes) continue;
      const double at = w[i];
      const auto loss = [&](double v) { return w[i] = v, model.loss(w, ignored, 0.1); };
      numeric[i] = (loss(at + 1e-5) - loss(at - 1e-5)) / 2e-5;
      w[i] = at;
    }
    CHECK(max_abs_difference(gradient, numeric) < 1e-9);
  }
}

TEST_CASE("the strength of the penalty is chosen by labeled rows alone, and beats what it was not chosen over") {
  const auto known = features_of(scikit(), "known", "labels");
  auto asked = features_of(scikit(), "asked", "truth");
  linear_options choose{.choose_l2 = true, .candidates = {1e-6, 1e-2, 1e3}};
  const auto one = linear_evaluation(known, asked, choose);
  for (int& label : asked.labels) label = (label + 1) % 3;
  const auto other = linear_evaluation(known, asked, choose);
  CHECK(one.l2 == 1e-2);
  CHECK(other.l2 == one.l2);
  CHECK(other.predicted == one.predicted);
}

TEST_CASE("accuracy, accuracy of each class and the confusion matrix count the same samples") {
  const std::vector<int> truth{0, 0, 0, 1, 1, 3}, predicted{0, 1, 0, 1, 0, 3};
  const confusion_matrix m(truth, predicted, 4);
  CHECK(m(0, 0) == 2);
  CHECK(m(0, 1) == 1);
  CHECK(m(1, 0) == 1);
  CHECK(m.of_class(2) == 0);
  CHECK(m.accuracy() == 4. / 6);
  CHECK(m.class_accuracy() == std::vector<double>{2. / 3, 0.5, 0, 1});
  CHECK_THROWS_AS(confusion_matrix(truth, predicted, 3), data_error);
  CHECK_THROWS_AS(confusion_matrix(truth, std::vector<int>{0}, 4), argument_error);
}

TEST_CASE("nearest neighbors are scikit-learn's") {
  reference device;
  const auto known = features_of(scikit(), "known", "labels"), asked = features_of(scikit(), "asked", "truth");
  const auto r = nearest_neighbors(device, known.values, known.labels, asked.values, asked.labels, {.k = 5});
  CHECK(r.predicted == classes_of(scikit()["knn"]));
  CHECK(nearest_neighbors(device, known, asked, {.k = 5}).predicted == r.predicted);
}

TEST_CASE("alignment, uniformity, effective rank and false negatives are numpy's") {
  const matrix z = matrix_of(scikit()["z"]), known = matrix_of(scikit()["known"]);
  const auto labels = classes_of(scikit()["labels"]);
  const auto near = [](double found, const char* name) {
    INFO(name << ' ' << found);
    CHECK(std::abs(found - scikit().number(name)) < tolerance::evaluation);
  };
  near(alignment(rows_first(z, 0, 45), rows_first(z, 45, 45)), "alignment");
  near(uniformity(z), "uniformity");
  near(effective_rank(known), "effective_rank");
  const auto r = false_negatives(z, std::span(labels).first(45), 2);
  near(r.false_share, "false_share");
  near(r.false_similarity, "false_similarity");
  near(r.true_similarity, "true_similarity");
  near(r.positive_similarity, "positive_similarity");
}

TEST_CASE("what collapses has uniformity 0 and no rank; what spreads over k axes has rank k") {
  matrix same(6, 9), axes(40, 9);
  for (std::size_t r = 0; r < 6; ++r)
    for (std::size_t c = 0; c < 9; ++c) same(r, c) = float(c);
  for (std::size_t r = 0; r < 40; ++r) axes(r, r % 4) = r % 8 < 4 ? 1 : -1;
  CHECK(std::abs(uniformity(same)) < 1e-12);
  CHECK(effective_rank(same) == 0);
  CHECK(std::abs(effective_rank(axes) - 4) < 1e-9);
}

TEST_CASE("evaluations refuse what they cannot measure, and say why") {
  const auto known = features_of(scikit(), "known", "labels"), asked = features_of(scikit(), "asked", "truth");
  auto narrow = asked;
  narrow.values = matrix(40, 3);
  CHECK_THROWS_WITH(linear_evaluation(known, narrow), contains("12 features") && contains("3 and 3"));
  auto broken = known;
  broken.values(4, 2) = std::nanf("");
  CHECK_THROWS_WITH(linear_evaluation(broken, asked), contains("row 4 of the features is not finite"));
  CHECK_THROWS_AS(linear_evaluation(known, asked, {.l2 = 0}), argument_error);
  const std::vector<int> one_each{0, 1, 2, 3, 4, 5};
  auto few = chosen_rows(known, one_each);
  few.labels = {0, 0, 0, 1, 1, 2};
  CHECK_THROWS_WITH(linear_evaluation(few, asked, {.choose_l2 = true}), contains("at least two labeled rows"));
  CHECK_THROWS_AS(chosen_rows(known, std::vector<int>{90}), argument_error);
  CHECK_THROWS_AS(alignment(known.values, asked.values), argument_error);
  CHECK_THROWS_AS(false_negatives(known.values, asked.labels), argument_error);
}

TEST_CASE("a penalty that is infinite is refused, given or as a candidate") {
  const auto known = features_of(scikit(), "known", "labels"), asked = features_of(scikit(), "asked", "truth");
  const double infinite = std::numeric_limits<double>::infinity();
  CHECK_THROWS_AS(linear_evaluation(known, asked, {.l2 = infinite}), argument_error);
  CHECK_THROWS_WITH(linear_evaluation(known, asked, {.l2 = infinite}), contains("l2 > 0") && contains("found inf"));
  CHECK_THROWS_WITH(linear_evaluation(known, asked, {.choose_l2 = true, .candidates = {1, infinite}}),
                    contains("candidates for l2 are > 0") && contains("found inf"));
  CHECK_THROWS_AS(linear_evaluation(known, asked, {.choose_l2 = true, .candidates = {0}}), argument_error);
  CHECK_THROWS_WITH(linear_evaluation(known, asked, {.choose_l2 = true, .folds = 1}), contains("found 1 and 5"));
  CHECK_THROWS_WITH(linear_evaluation(known, asked, {.solver = {.tolerance = infinite}}),
                    contains("tolerance are 0 or more") && contains("found 1000 and inf"));
  CHECK(linear_evaluation(known, asked, {.candidates = {infinite}}).l2 == 1e-3);    // which nobody asks for
}

TEST_CASE("numbers of classes that no memory could hold are refused") {
  const std::vector<int> none, one{0};
  CHECK_THROWS_WITH(confusion_matrix(none, none, -1), contains("0 to 46340 classes; found -1"));
  CHECK_THROWS_AS(confusion_matrix(one, one, std::numeric_limits<int>::max()), argument_error);
  CHECK(confusion_matrix(none, none, 0).accuracy() == 0);
  auto known = features_of(scikit(), "known", "labels");
  known.classes = std::numeric_limits<int>::max();
  CHECK_THROWS_WITH(linear_evaluation(known, known), contains("at most 46340 classes; found 2147483647"));
  CHECK_THROWS_AS(matrix(std::size_t(1) << 32, std::size_t(1) << 32), argument_error);
  CHECK_THROWS_WITH(matrix(std::size_t(1) << 32, std::size_t(1) << 32), contains("4294967296 × 4294967296"));
}

TEST_CASE("a place outside a confusion matrix is refused") {
  const std::vector<int> two{0, 1};
  const confusion_matrix m(two, two, 2);
  CHECK_THROWS_AS(m(0, 2), argument_error);
  CHECK_THROWS_AS(m(-1, 0), argument_error);
  CHECK_THROWS_WITH(m.of_class(2), contains("a confusion matrix of 2 classes was asked for class 2"));
}

TEST_CASE("rows are chosen where each has a label") {
  const labeled_features short_of_rows{matrix(2, 3), {0, 1, 0}, 2};
  const std::vector<int> last{2};
  CHECK_THROWS_WITH(chosen_rows(short_of_rows, last), contains("there are 2 rows and 3 labels"));
  CHECK_THROWS_AS(chosen_rows(short_of_rows, last), argument_error);
}

TEST_CASE("rows of zeros have collapsed, and a row shorter than the unit keeps its distance") {
  CHECK(std::abs(uniformity(matrix(20, 8))) < 1e-12);
  matrix pair(2, 4);
  pair(0, 0) = 3;
  CHECK(std::abs(uniformity(pair) + 2) < 1e-12);    // ‖(1, 0, 0, 0) − 0‖² = 1
  pair(1, 1) = 1e-20f;
  CHECK(std::abs(uniformity(pair) + 2) < 1e-12);
}
