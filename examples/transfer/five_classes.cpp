// SPDX-License-Identifier: MIT
// Transfer between clothes: encoders learn from five classes and are asked for the five others.
#include "study.hpp"

namespace ct = contrastive;
using namespace transfer_study;

namespace {

struct clothes {
  using source_sample = ct::image<28, 28, 1>;
  using target_sample = source_sample;
  template <int Views>
  using source_views =
      ct::n_views<Views, ct::random_resized_crop<>, ct::horizontal_flip, ct::intensity_jitter, ct::normalize>;
  using target_views = source_views<1>;
  using encoder = ct::small_convnet<16>;
  static constexpr int source_classes = 5, target_classes = 5;

  template <class Pipeline>
  static typename Pipeline::settings recipe() {
    typename Pipeline::settings s{};
    s.views = {ct::random_resized_crop<>::config{.scale = {0.4, 1}},
               ct::normalize::config{.mean = 0.286, .deviation = 0.353}};
    return s;
  }
};

// trousers, dresses, coats, sandals, bags; tops, pullovers, shirts, sneakers, boots
const std::vector<int> here{1, 3, 4, 5, 8}, there{0, 2, 6, 7, 9};

}    // namespace

int main(int count, char** words) {
  options o;
  CLI::App app{"Learns from five classes of clothes, and says what that is worth for the five others."};
  add_options(app, o);
  return run_program(app, count, words, [&] {
    const ct::fashion_mnist data{CONTRASTIVE_DATA_DIR};
    const auto train = first_of(data.train(), o.images), test = first_of(data.test(), o.images);
    const auto source = ct::only_classes(train, here), known = ct::only_classes(train, there);
    const auto asked = ct::only_classes(test, there);
    return study<clothes, decltype(source), decltype(known), decltype(asked)>(o, source, known, asked).run();
  });
}
