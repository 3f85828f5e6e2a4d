// SPDX-License-Identifier: MIT
// Our side of the methods beside lightly: one program each, -DMETHOD=moco|byol|simsiam|barlow_twins|vicreg|swav|dino|nnclr,
// trains as benchmarks/pytorch/methods.py does, where it is said what was made the same, and writes the features.
//
//     methods_run_moco --seed=0 --data=examples/data --out=FOLDER [--epochs=20] [--batch=256] [--images=10000] [--threads=2]
//     FOLDER/train.npy, FOLDER/test.npy: rows x features
#include "accuracy.hpp"

using namespace accuracy;

namespace {

using projector = ct::mlp_bn<256, 128>;
using predictor = ct::mlp_bn<64, 128>;
template <int Size>
using hidden_gelu = ct::sequential<ct::linear<Size, ct::bias::no>, ct::batch_norm, ct::gelu>;

template <class Method, class Head = projector>
using on_two_views = on_clothes<gray_views<2>, Head, Method>;

/// The pipeline, its rate, and the settings that are its own.
struct moco {
  using pipeline = on_two_views<ct::moco<4096>>;
  static constexpr double rate = 0.06;
  static void set(auto& s) { s.method = {.temperature = 0.2, .momentum = 0.99, .key_groups = 4}; }
};
struct byol {
  using pipeline = on_two_views<ct::byol<predictor>>;
  static constexpr double rate = 0.06;
  static void set(auto& s) { s.method.momentum = {0.97, 1}; }
};
struct simsiam {
  using head = ct::sequential<ct::linear<256, ct::bias::no>, ct::batch_norm, ct::relu, ct::linear<128, ct::bias::no>,
                              ct::batch_norm>;
  using pipeline = on_two_views<ct::simsiam<predictor>, head>;
  static constexpr double rate = 0.06;
  static void set(auto& s) { s.method.constant_predictor_rate = true; }
};
struct barlow_twins {
  using pipeline = on_two_views<ct::barlow_twins>;
  static constexpr double rate = 0.03;
  static void set(auto& s) { s.loss = {.lambda = 0.005}; }
};
struct vicreg {
  using pipeline = on_two_views<ct::vicreg>;
  static constexpr double rate = 0.03;
  static void set(auto& s) { s.loss = {.invariance = 25, .variance = 25, .covariance = 1}; }
};
struct swav {
  using pipeline = on_two_views<ct::swav<128>>;
  static constexpr double rate = 0.06;
  static void set(auto& s) { s.method = {.temperature = 0.1, .epsilon = 0.05, .rounds = 3, .frozen_epochs = 1}; }
};
struct dino {
  using head = ct::sequential<hidden_gelu<256>, hidden_gelu<256>, ct::linear<64>>;
  using pipeline = on_two_views<ct::dino<512>, head>;
  static constexpr double rate = 0.06;
  static void set(auto& s) {
    s.method = {.temperature = 0.1,
                .teacher_temperature = 0.07,
                .warmup_temperature = 0.04,
                .temperature_warmup = 0.3,
                .momentum = {0.99, 1},
                .center_momentum = 0.9,
                .frozen_epochs = 1};
  }
};
struct nnclr {
  using pipeline = on_two_views<ct::nnclr<predictor, 4096>>;
  static constexpr double rate = 0.12;
  static void set(auto& s) { s.method.temperature = 0.2; }
};

}    // namespace

int main(int argc, char** argv) {
  request r(argc, argv);
  using pipeline = METHOD::pipeline;
  auto settings = gray_recipe<pipeline>(r, r.words.number("rate", METHOD::rate));
  settings.view_passes = ct::passes::each_view;    // each view by its own batch statistics, as lightly's examples
  METHOD::set(settings);
  const ct::fashion_mnist data{r.data};
  run<pipeline>(r, settings, ct::unlabeled(r.chosen(data.train())), data);
}
