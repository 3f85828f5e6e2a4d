// SPDX-License-Identifier: MIT
// Learning with labels: supervised contrastive in its two stages, beside cross-entropy from end to end, and the latter with
// few labels.
// components: cpu
//
//     $ sup_con
//     a linear classifier on an untrained encoder    63.0 %
//     supervised contrastive, then the classifier    73.0 %
//     cross-entropy from end to end                  64.7 %
//     the same with a tenth of the labels            62.2 %
#include <contrastive/contrastive.hpp>
#include <contrastive/cpu.hpp>

#include <cstdio>

namespace ct = contrastive;

namespace {

template <int Views>
using augmentations =
    ct::n_views<Views, ct::random_resized_crop<>, ct::horizontal_flip, ct::intensity_jitter, ct::normalize>;
template <class Views, class Head, class Loss>
using on_clothes = ct::pipeline<ct::cpu, ct::image<28, 28, 1>, Views, ct::small_convnet<8>, Head, Loss>;

using sup_con = on_clothes<augmentations<2>, ct::mlp_bn<64, 64>, ct::sup_con>;      // a projection, thrown away later
using classifier = on_clothes<augmentations<1>, ct::mlp<10>, ct::cross_entropy>;    // a linear layer of ten classes

template <class Pipeline>
typename Pipeline::settings recipe(double rate) {
  typename Pipeline::settings s{.seed = 1};
  s.views = {ct::random_resized_crop<>::config{.scale = {0.5, 1}},
             ct::normalize::config{.mean = 0.286, .deviation = 0.353}};
  s.optimizer = {.learning_rate = rate, .nesterov = true, .weight_decay = 5e-4};
  return s;
}

}    // namespace

int main() {
  const ct::fashion_mnist data{CONTRASTIVE_DATA_DIR};
  const auto train = ct::first(data.train(), 1000);
  const auto test = ct::first(data.test(), 1000);

  // Stage 1 pulls the images of a class together; stage 2 freezes the encoder and reads the classes off it, in one call.
  sup_con representation{recipe<sup_con>(0.12)};
  const double untrained = 100 * ct::linear_evaluation(representation.freeze(), train, test).accuracy;
  const auto stages = ct::fit_in_two_stages(representation, train, test, {.first = {.epochs = 4, .batch = 50}});
  const double two_stages = 100 * stages.second.accuracy;

  // Cross-entropy trains encoder and classifier together.
  classifier all{recipe<classifier>(0.1)}, few{recipe<classifier>(0.1)};
  (void)all.fit(train, {.epochs = 8, .batch = 50});
  const double end_to_end = 100 * ct::classify(all, test).accuracy;

  // A tenth of the labels, the same share of each class; another draw has other images.
  const auto numbers = ct::labeled_fraction(train, 0.1, {.draw = 0});
  (void)few.fit(ct::subset(train, numbers), {.epochs = 40, .batch = 25});
  const double tenth = 100 * ct::classify(few, test).accuracy;

  std::printf("a linear classifier on an untrained encoder    %.1f %%\n", untrained);
  std::printf("supervised contrastive, then the classifier    %.1f %%\n", two_stages);
  std::printf("cross-entropy from end to end                  %.1f %%\n", end_to_end);
  std::printf("the same with a tenth of the labels            %.1f %%\n", tenth);
  return two_stages > untrained + 3 && end_to_end > 55 && tenth > 40 ? 0 : 1;    // guessing: 10
}
