// SPDX-License-Identifier: MIT
// SimCLR: an encoder learns from images without labels, is saved for PyTorch, and turns images into vectors for numpy.
// components: cpu
//
//     $ simclr
//     neighbors agree for 64.8 % without training, 70.7 % after it; the loss is 2.27 of 4.60 by chance
//     read back: the same vectors, bit for bit
#include <contrastive/contrastive.hpp>
#include <contrastive/cpu.hpp>

#include <cstdio>
#include <filesystem>

namespace ct = contrastive;

namespace {

using simclr =
    ct::pipeline<ct::cpu, ct::image<28, 28, 1>,
                 ct::views<ct::random_resized_crop<>, ct::horizontal_flip, ct::intensity_jitter, ct::normalize>,
                 ct::small_convnet<16>, ct::mlp_bn<64, 64>, ct::nt_xent, ct::adamw>;    // or sgd, adam, lars

simclr::settings recipe() {
  simclr::settings s{.seed = 1, .loss = {.temperature = 0.2}};
  s.views = {ct::random_resized_crop<>::config{.scale = {0.3, 1}},
             ct::normalize::config{.mean = 0.286, .deviation = 0.353}};
  s.optimizer = {.learning_rate = 3e-3};
  return s;
}

/// The share of test images (in percent) whose class the most similar images agree on.
double neighbors(const simclr& model, const auto& train, const auto& test) {
  const auto encoder = model.freeze();
  return 100 * ct::nearest_neighbors(encoder.device(), encoder.read(train), encoder.read(test)).accuracy;
}

}    // namespace

int main() {
  const ct::fashion_mnist data{CONTRASTIVE_DATA_DIR};
  const auto train = ct::first(data.train(), 2000);
  simclr model{recipe()};
  const double before = neighbors(model, train, data.test());

  // unlabeled: from here on a loss that asked for a label would not compile
  const auto result = model.fit(ct::unlabeled(train), {.epochs = 4, .batch = 50});
  const double after = neighbors(model, train, data.test());
  std::printf("neighbors agree for %.1f %% without training, %.1f %% after it; the loss is %.2f of %.2f by chance\n",
              before, after, result.loss, result.chance_level);

  const auto folder = std::filesystem::temp_directory_path();
  ct::save_weights(model, folder / "simclr_encoder.safetensors");         // PyTorch: safetensors.torch.load_file
  ct::write_npy(folder / "simclr_test.npy", model.embed(data.test()));    // numpy.load: (2000, 64)

  simclr other{{.seed = 2, .views = recipe().views}};    // another encoder, until it gets the weights
  ct::load_weights(other, folder / "simclr_encoder.safetensors");
  const bool same = other.embed(data.test()) == ct::read_npy(folder / "simclr_test.npy");
  std::printf("read back: %s\n", same ? "the same vectors, bit for bit" : "other vectors");
  return after > before + 3 && same ? 0 : 1;
}
