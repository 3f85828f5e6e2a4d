// SPDX-License-Identifier: MIT
// Laws of learning with labels: classifiers from end to end, also on few labels, and representations in two stages.
#include <contrastive/backend/reference.hpp>
#include <contrastive/data/labeled_fraction.hpp>
#include <contrastive/evaluate/classify.hpp>
#include <contrastive/loss/cross_entropy.hpp>
#include <contrastive/train/two_stages.hpp>

#include "support/catch.hpp"
#include "support/tolerance.hpp"
#include "support/training.hpp"

using namespace training_test;

namespace {

using crop = ct::random_resized_crop<7, 7>;
template <class Views, class Head, class Loss>
using perceptron = ct::pipeline<ct::reference, ct::image<28, 28, 1>, Views, ct::mlp_encoder<32, 16>, Head, Loss>;
using classifier = perceptron<ct::n_views<1, crop>, ct::mlp<10>, ct::cross_entropy>;
using two_views = perceptron<ct::views<crop>, ct::mlp<16, 8>, ct::sup_con>;

const auto& test_images() {
  static const auto some = ct::first(shipped().test(), 300);
  return some;
}
template <class Pipeline>
typename Pipeline::settings settings() {
  typename Pipeline::settings s{.seed = 1, .optimizer = {.learning_rate = 0.1}};
  s.views = {crop::config{.scale = {0.6, 1}}};
  return s;
}

}    // namespace

TEST_CASE("a classifier's outputs are its head's, of the encoder's features in inference") {
  classifier model{settings<classifier>()};
  (void)model.fit(ct::first(images(), 64), {.epochs = 2, .batch = 32});
  const auto data = ct::first(images(), 9);
  const auto features = model.embed(data, 4), found = ct::outputs(model, data, 4);
  auto weights = weights_of(model);
  const auto &w = weights["head.0.weight"], &bias = weights["head.0.bias"];
  REQUIRE((found.rows() == 9 && found.columns() == 10 && w.size() == 160));
  std::vector<double> expected, values;
  for (std::size_t i = 0; i < 9; ++i)
    for (std::size_t k = 0; k < 10; ++k) {
      double sum = double(bias[k]);
      for (std::size_t c = 0; c < 16; ++c) sum += double(w[k * 16 + c]) * double(features(i, c));
      expected.push_back(sum), values.push_back(double(found(i, k)));
    }
  CHECK(relative_rms(values, expected) <= tolerance::sums);

  const auto result = ct::classify(model, data);
  int right = 0;
  for (std::size_t i = 0; i < 9; ++i) {
    const auto row = found.row(i);
    for (const float other : row) CHECK(other <= row[std::size_t(result.predicted[i])]);
    right += result.predicted[i] == data.label_at(i);
  }
  CHECK(result.accuracy == right / 9.);
  CHECK(result.confusion.classes() == 10);
}

TEST_CASE("cross-entropy learns from end to end, and from a tenth of the labels") {
  const auto data = ct::first(images(), 600);
  classifier untrained{settings<classifier>()}, all{settings<classifier>()}, few{settings<classifier>()};
  const double before = ct::classify(untrained, test_images()).accuracy;
  (void)all.fit(data, {.epochs = 8, .batch = 50});
  const auto numbers = ct::labeled_fraction(data, 0.1);
  const auto result = few.fit(ct::subset(data, numbers), {.epochs = 40, .batch = 25});
  const double of_all = ct::classify(all, test_images()).accuracy, of_few = ct::classify(few, test_images()).accuracy;
  UNSCOPED_INFO("untrained " << before << ", all labels " << of_all << ", a tenth " << of_few);
  CHECK(result.loss < result.chance_level);
  CHECK(before < 0.25);
  CHECK(of_all > 0.6);
  CHECK((of_few > 0.45 && of_few < of_all));
}

TEST_CASE("two stages in one call are fit, freeze and a linear classifier") {
  const auto data = ct::first(images(), 400);
  const ct::fit_options first{.epochs = 4, .batch = 50};
  two_views one{settings<two_views>()}, other{settings<two_views>()};
  const auto untrained = ct::linear_evaluation(one.freeze(), data, test_images());
  const auto result = ct::fit_in_two_stages(one, data, test_images(), {.first = first, .second = {.l2 = 1e-2}});
  const auto by_hand = other.fit(data, first);
  const auto linear = ct::linear_evaluation(other.freeze(), data, test_images(), {.l2 = 1e-2});
  CHECK(result.first.loss == by_hand.loss);
  CHECK(result.second.predicted == linear.predicted);
  CHECK(weights_of(one) == weights_of(other));    // the second stage leaves the encoder alone
  UNSCOPED_INFO("untrained " << untrained.accuracy << ", two stages " << result.second.accuracy);
  CHECK(result.second.accuracy > untrained.accuracy + 0.03);

  const auto numbers = ct::labeled_fraction(data, 0.2);
  const auto few = ct::fit_in_two_stages(other, data, ct::subset(data, numbers), test_images(),
                                         {.first = {.epochs = 1, .batch = 100}});
  CHECK((few.second.accuracy > 0.3 && few.second.confusion.classes() == 10));
}

TEST_CASE("a first stage that was interrupted has no second") {
  two_views model{settings<two_views>()};
  std::vector<double> losses;
  const auto result = ct::fit_in_two_stages(model, ct::first(images(), 100), test_images(),
                                            {.first = {.epochs = 3, .batch = 50}}, recorder{losses, 2});
  CHECK(losses.size() == 3);
  CHECK(result.first.ended == ct::outcome::interrupted);
  CHECK(result.second.predicted.empty());
}
