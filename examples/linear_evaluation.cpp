// SPDX-License-Identifier: MIT
// Linear evaluation of saved weights: what a linear classifier reads off an encoder that never saw a label, and with how few.
// components: cpu
//
//     $ linear_evaluation [encoder.safetensors]    without a file it trains an encoder and saves it first
//     after 160 steps the loss is 2.47; 4.60 would be chance; saved as /tmp/linear_evaluation.safetensors
//     without training:  linear 72.2 % with all labels, 65.1 % with a tenth; neighbors 64.8 %
//     without a label:   linear 77.8 % with all labels, 71.2 % with a tenth; neighbors 70.9 %
//     hardest: shirt, 42 %; taken for T-shirt/top (35) trouser (1) pullover (36) dress (7) coat (31) bag (6)
#include <contrastive/contrastive.hpp>
#include <contrastive/cpu.hpp>

#include <algorithm>
#include <cstdio>
#include <filesystem>

namespace ct = contrastive;

namespace {

using simclr =
    ct::pipeline<ct::cpu, ct::image<28, 28, 1>,
                 ct::views<ct::random_resized_crop<>, ct::horizontal_flip, ct::intensity_jitter, ct::normalize>,
                 ct::small_convnet<16>, ct::mlp_bn<64, 64>, ct::nt_xent>;

simclr::settings recipe() {
  simclr::settings s{.seed = 1, .loss = {.temperature = 0.2}};
  s.views = {ct::random_resized_crop<>::config{.scale = {0.3, 1}},
             ct::normalize::config{.mean = 0.286, .deviation = 0.353}};
  s.optimizer = {.learning_rate = 0.12, .nesterov = true, .weight_decay = 5e-4};
  return s;
}

struct figures {
  double all_labels, a_tenth, neighbors;
  ct::linear_result linear;
};

// An encoder is frozen before it is evaluated: what still trains is refused by the compiler. Features are read once.
figures evaluate(const ct::FrozenEncoder auto& encoder, const auto& train, const auto& test) {
  const ct::labeled_features known = encoder.read(train), asked = encoder.read(test);
  const auto all = ct::linear_evaluation(known, asked);    // l2 = 1e-3
  const auto tenth = ct::chosen_rows(known, ct::labeled_fraction(known.labels, known.classes, 0.1, {.draw = 0}));
  const auto few = ct::linear_evaluation(tenth, asked, {.choose_l2 = true});    // chosen inside the tenth
  return {100 * all.accuracy, 100 * few.accuracy, 100 * ct::nearest_neighbors(encoder.device(), known, asked).accuracy,
          all};
}

void print(const char* when, const figures& f) {
  std::printf("%s linear %.1f %% with all labels, %.1f %% with a tenth; neighbors %.1f %%\n", when, f.all_labels,
              f.a_tenth, f.neighbors);
}

/// Trains for a minute's part, and saves the encoder under torchvision's names.
void make_weights(const std::filesystem::path& file, const auto& train) {
  simclr model{recipe()};
  const auto result = model.fit(ct::unlabeled(train), {.epochs = 4, .batch = 50});
  ct::save_weights(model, file);
  std::printf("after %d steps the loss is %.2f; %.2f would be chance; saved as %s\n", result.steps, result.loss,
              result.chance_level, file.c_str());
}

}    // namespace

int main(int count, char** words) try {
  const ct::fashion_mnist data{CONTRASTIVE_DATA_DIR};
  const auto train = ct::first(data.train(), 2000);
  const std::filesystem::path file = count > 1
                                         ? words[1]
                                         : std::filesystem::temp_directory_path() / "linear_evaluation.safetensors";
  if (count < 2) make_weights(file, train);

  simclr model{recipe()};
  const auto before = model.freeze();    // a copy: the weights that come next do not change it
  ct::load_weights(model, file);         // the head, which the file lacks, is not needed here
  const auto after = model.freeze();

  const figures random = evaluate(before, train, data.test()), trained = evaluate(after, train, data.test());
  print("without training: ", random);
  print("without a label:  ", trained);

  const auto& share = trained.linear.class_accuracy;
  const auto worst = std::min_element(share.begin(), share.end()) - share.begin();
  const auto& names = ct::fashion_mnist::names;
  std::printf("hardest: %s, %.0f %%; taken for", names[std::size_t(worst)], 100 * share[std::size_t(worst)]);
  for (int c = 0; c < 10; ++c)
    if (const int n = trained.linear.confusion(int(worst), c); n > 0 && c != worst)
      std::printf(" %s (%d)", names[std::size_t(c)], n);
  std::printf("\n");
  return trained.a_tenth > random.a_tenth + 2 && trained.all_labels > random.all_labels ? 0 : 1;
} catch (const ct::error& e) {
  std::fprintf(stderr, "linear_evaluation: %s\n", e.what());
  return 1;
}
