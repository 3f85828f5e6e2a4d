// SPDX-License-Identifier: MIT
// Transfer between photographs: encoders learn from CIFAR-10 and are asked for the classes of larger pictures in IDX
// files (folder_to_idx.py makes them of folders, as Tiny-ImageNet's). Pictures that both have are left out first.
#include "study.hpp"

namespace ct = contrastive;
using namespace transfer_study;

namespace {

struct photographs {
  using source_sample = ct::image<32, 32, 3>;
  using target_sample = ct::image<64, 64, 3>;
  template <int Views>
  using source_views = ct::n_views<Views, ct::random_resized_crop<>, ct::horizontal_flip, ct::color_jitter,
                                   ct::random_grayscale, ct::normalize>;
  using target_views = ct::n_views<1, ct::random_resized_crop<32, 32>, ct::horizontal_flip, ct::color_jitter,
                                   ct::random_grayscale, ct::normalize>;
  using encoder = ct::resnet18<ct::small_images, 16>;
  static constexpr int source_classes = 10, target_classes = 20;

  template <class Pipeline>
  static typename Pipeline::settings recipe() {
    typename Pipeline::settings s{};
    s.views = {ct::normalize::config{.mean = {0.4914, 0.4822, 0.4465}, .deviation = {0.247, 0.2435, 0.2616}}};
    return s;
  }
};
using target_set = ct::idx_dataset<photographs::target_sample>;

target_set read_target(const std::string& folder, const std::string& part) {
  return {folder + "/" + part + "-images-idx4-ubyte", folder + "/" + part + "-labels-idx1-ubyte",
          photographs::target_classes};
}

}    // namespace

int main(int count, char** words) {
  options o{.epochs = 20, .steps = 1000};
  std::string source_folder, target_folder;
  double tolerance = 6;
  CLI::App app{"Learns from CIFAR-10, and says what that is worth for twenty classes of larger photographs."};
  app.add_option("--source", source_folder, "folder of CIFAR-10's binary files")->required();
  app.add_option("--target", target_folder, "folder of train- and val-images-idx4-ubyte, -labels-idx1-ubyte")
      ->required();
  app.add_option("--tolerance", tolerance, "levels of 256 within which pictures are the same")
      ->check(a_rate)
      ->capture_default_str();
  add_options(app, o);
  return run_program(app, count, words, [&] {
    const ct::cifar10 data{source_folder};
    const auto taught = read_target(target_folder, "train"), examined = read_target(target_folder, "val");
    const auto all = first_of(data.train(), o.images);
    const auto known = first_of(taught, o.images), asked = first_of(examined, o.images);
    const auto unlike_known = ct::without_duplicates(all, known, {.tolerance = tolerance});
    const auto some = ct::subset(all, unlike_known);
    const auto unlike_asked = ct::without_duplicates(some, asked, {.tolerance = tolerance});
    const auto source = ct::subset(some, unlike_asked);
    std::printf("left out of the source: %zu pictures that the target has\n", all.size() - source.size());
    return study<photographs, decltype(source), decltype(known), decltype(asked)>(o, source, known, asked).run();
  });
}
