// SPDX-License-Identifier: MIT
// Trains a method that makes images on the shipped Fashion-MNIST, says what its encoder is worth and writes its images:
//
//     $ generative_run_gan ../examples/data sheet.pgm 20 1      data, sheet, epochs, seed
//
// One line of JSON an epoch, one with cosine nearest neighbors before and after. The sheet has rows of 16: where there
// are codes the images and what becomes of them, then generated ones.
#include <contrastive/augment/horizontal_flip.hpp>
#include <contrastive/augment/intensity_jitter.hpp>
#include <contrastive/augment/random_resized_crop.hpp>
#include <contrastive/cpu.hpp>
#include <contrastive/data/fashion_mnist.hpp>
#include <contrastive/data/subsets.hpp>
#include <contrastive/evaluate/nearest_neighbors.hpp>
#include <contrastive/methods/bigbigan.hpp>
#include <contrastive/methods/generate.hpp>
#include <contrastive/methods/vae.hpp>
#include <contrastive/models/small_convnet.hpp>
#include <contrastive/models/small_decoder.hpp>
#include <contrastive/nn/spectral_norm.hpp>
#include <contrastive/optim/adam.hpp>
#include <contrastive/train/pipeline.hpp>

#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace ct = contrastive;

namespace {

using image = ct::image<28, 28, 1>;
using decoder = ct::sequential<ct::small_decoder<image, 16>, ct::sigmoid_unit>;
template <int K, int Kernel, int Stride>
using normalized = ct::sequential<ct::spectral_norm<ct::conv2d<K, Kernel, Stride, 1, ct::bias::yes>>, ct::relu>;
using trunk =
    ct::sequential<normalized<32, 3, 1>, normalized<64, 4, 2>, normalized<128, 4, 2>, ct::global_average_pool>;

template <class Views, class Encoder, class Head, class Method>
using on_cpu = ct::pipeline<ct::cpu, image, Views, Encoder, Head, Method, ct::adam>;
using augmented = ct::n_views<1, ct::random_resized_crop<>, ct::horizontal_flip, ct::intensity_jitter>;
using vae = on_cpu<ct::n_views<1>, ct::small_convnet<16>, ct::linear<2 * 32>, ct::vae<decoder>>;
using aavae = on_cpu<augmented, ct::small_convnet<16>, ct::linear<2 * 32>, ct::aavae<decoder>>;
using gan = on_cpu<ct::n_views<1>, trunk, ct::spectral_norm<ct::linear<1>>, ct::gan<decoder, 64>>;
using bigbigan = on_cpu<ct::n_views<1>, ct::small_convnet<16>, ct::linear<2 * 32>, ct::bigbigan<decoder, trunk>>;
using model_type = METHOD;

template <class Settings>
constexpr bool is_adversarial = requires(Settings s) { s.method.discriminator_steps; };

model_type::settings recipe(std::uint64_t seed) {
  model_type::settings s{.seed = seed};
  s.optimizer.learning_rate = 1e-3;
  if (is_adversarial<model_type::settings>) s.optimizer = {.learning_rate = 4e-4, .beta1 = 0.5};
  return s;
}

struct epoch_log {
  void on_epoch(const ct::epoch_info& e) {
    std::printf("{\"epoch\": %d, \"seconds\": %.0f, \"loss\": %.4f", e.epoch + 1, e.seconds, e.loss);
    for (const ct::figure& f : e.figures) std::printf(", \"%s\": %.4f", f.name, f.value);
    std::printf("}\n");
    std::fflush(stdout);
  }
};

double neighbors(const model_type& model, const ct::fashion_mnist& data) {
  const auto encoder = model.freeze();
  return 100 * ct::nearest_neighbors(model.device(), encoder.read(data.train()), encoder.read(data.test())).accuracy;
}

constexpr std::size_t across = 16;

/// Rows of 16 images of values in [0, 1], under each other.
void add(std::vector<ct::matrix>& lines, const ct::matrix& images) {
  for (std::size_t first = 0; first + across <= images.rows(); first += across) {
    ct::matrix line(28, across * 28);
    for (std::size_t i = 0; i < across; ++i)
      for (std::size_t p = 0; p < 28 * 28; ++p) line(p / 28, i * 28 + p % 28) = images(first + i, p);
    lines.push_back(line);
  }
}
void write(const char* file, const std::vector<ct::matrix>& lines) {
  std::ofstream to(file, std::ios::binary);
  to << "P5 " << across * 28 << " " << lines.size() * 28 << " 255\n";
  for (const auto& line : lines)
    for (std::size_t i = 0; i < line.rows() * line.columns(); ++i) to.put(char(int(line.data()[i] * 255 + 0.5f)));
}

/// The first test images and, under them, what the model makes of them by way of their codes.
void add_rebuilt(std::vector<ct::matrix>& lines, const auto& model, const ct::fashion_mnist& data) {
  if constexpr (model_type::parts_type::encodes) {
    ct::matrix originals(across, 28 * 28);
    for (std::size_t i = 0; i < across; ++i)
      std::transform(data.test().image_at(i), data.test().image_at(i) + 28 * 28, originals.row(i).begin(),
                     [](std::uint8_t pixel) { return float(pixel) / 255; });
    add(lines, originals);
    add(lines, ct::reconstruct(model, ct::unlabeled(ct::first(data.test(), int(across)))));
  }
}

}    // namespace

int main(int count, char** argument) {
  if (count != 5) return std::fprintf(stderr, "generative_run DATA SHEET EPOCHS SEED\n"), 1;
  const ct::fashion_mnist data{argument[1]};
  model_type model{recipe(std::uint64_t(std::atoi(argument[4])))};
  const double before = neighbors(model, data);
  const auto result = model.fit(ct::unlabeled(data.train()), {.epochs = std::atoi(argument[3]), .batch = 64},
                                epoch_log{});
  std::printf("{\"neighbors_before\": %.2f, \"neighbors\": %.2f, \"seconds\": %.0f}\n", before, neighbors(model, data),
              result.seconds);

  std::vector<ct::matrix> lines;
  add_rebuilt(lines, model, data);
  add(lines, ct::generate(model, 4 * int(across)));
  write(argument[2], lines);
}
