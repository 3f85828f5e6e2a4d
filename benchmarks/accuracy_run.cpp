// SPDX-License-Identifier: MIT
// Our side of the accuracies: trains as benchmarks/pytorch/accuracy.py does and writes the features, for the probe that reads
// both (benchmarks/accuracy.py). The recipes stand there.
//
//     accuracy_run --method=simclr|sup_con|cross_entropy|random --seed=0 --data=examples/data --out=FOLDER [--epochs=20]
//                  [--batch=256] [--images=10000]
//     accuracy_run --method=cifar10 --data=FOLDER [--images=50000] ...    SimCLR of a ResNet-18 of width 16, as
//                                                                         benchmarks/pytorch/cifar10.py
//     FOLDER/train.npy, FOLDER/test.npy: rows x features; random: with --epochs=0, the untrained encoder's
#include "accuracy.hpp"

using namespace accuracy;

namespace {

using simclr = on_clothes<gray_views<2>, ct::mlp<128, 128>, ct::nt_xent>;
using sup_con = on_clothes<gray_views<2>, ct::mlp<128, 128>, ct::sup_con>;
using classifier = on_clothes<gray_views<1>, ct::mlp<10>, ct::cross_entropy>;

using color_views =
    ct::views<ct::random_resized_crop<>, ct::horizontal_flip, ct::color_jitter, ct::random_grayscale, ct::normalize>;
using on_photographs = ct::pipeline<ct::cpu, ct::image<32, 32, 3>, color_views, ct::resnet18<ct::small_images, 16>,
                                    ct::mlp<128, 128>, ct::nt_xent>;

on_photographs::settings color_recipe(const request& r) {
  auto s = settings_of<on_photographs>(r, 0.12);
  s.loss.temperature = 0.5;
  s.views = {ct::random_resized_crop<>::config{.scale = {0.2, 1}},
             ct::color_jitter::config{.brightness = 0.4, .contrast = 0.4, .saturation = 0.4, .hue = 0.1},
             ct::normalize::config{.mean = {0.4914, 0.4822, 0.4465}, .deviation = {0.247, 0.2435, 0.2616}}};
  return s;
}

}    // namespace

int main(int argc, char** argv) {
  request r(argc, argv);
  const std::string method = r.words.text("method", "simclr");
  if (method == "cifar10") {
    const ct::cifar10 data{r.data};
    run<on_photographs>(r, color_recipe(r), ct::unlabeled(r.chosen(data.train())), data);
    return 0;
  }
  const ct::fashion_mnist data{r.data};
  if (method == "sup_con") {
    auto s = gray_recipe<sup_con>(r, 0.1);
    s.loss.temperature = 0.1;
    run<sup_con>(r, s, r.chosen(data.train()), data);
  } else if (method == "cross_entropy") {
    run<classifier>(r, gray_recipe<classifier>(r, 0.1), r.chosen(data.train()), data, [&](const classifier& model) {
      return std::to_string(100 * ct::classify(model, data.test()).accuracy);
    });
  } else if (method == "simclr" || method == "random") {
    auto s = gray_recipe<simclr>(r, 0.24);
    s.loss.temperature = 0.5;
    run<simclr>(r, s, ct::unlabeled(r.chosen(data.train())), data);
  } else {
    std::fprintf(stderr,
                 "accuracy_run: there is no method '%s'; choose simclr, sup_con, cross_entropy, random or cifar10\n",
                 method.c_str());
    return 2;
  }
}
