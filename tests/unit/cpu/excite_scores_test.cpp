// SPDX-License-Identifier: MIT
// What is promised of images that excite: they do so more than any training image, and threads change no bit of them.
#include <contrastive/cpu.hpp>
#include <contrastive/excite/activations.hpp>
#include <contrastive/excite/class_directions.hpp>
#include <contrastive/excite/excite.hpp>

#include "support/catch.hpp"
#include "support/training.hpp"

using namespace contrastive;

namespace {

using model_type = training_test::small_pipeline<cpu>;

/// How many images excite their unit more than any training image.
template <int Depth>
std::size_t ahead(const auto& encoder, const Aim auto& aim, const auto& train, const excite_settings& how) {
  const excited seen = excite<Depth>(encoder, aim, how);
  const matrix known = activations<Depth>(encoder, aim, train);
  std::size_t count = 0;
  for (std::size_t u = 0; u < aim.units(); ++u) {
    float best = known(0, u);
    for (std::size_t r = 0; r < known.rows(); ++r) best = std::max(best, known(r, u));
    count += seen.activation[u] > double(best);
  }
  return count;
}

}    // namespace

TEST_CASE("an image excites its unit of a trained encoder more than any training image does") {
  const auto train = first(training_test::images(), 512);
  model_type model{training_test::small_settings<cpu>(1, 0.5)};
  (void)model.fit(unlabeled(train), {.epochs = 3, .batch = 64});
  const auto encoder = model.freeze();
  const excite_settings how{.steps = 160};
  CHECK(ahead<12>(encoder, aim::channels::first(8), train, how) == 8);
  CHECK(ahead<19>(encoder, aim::channels::first(8), train, how) == 8);    // the means of the last maps
  CHECK(ahead<19>(encoder, aim::directions{class_directions(encoder.read(train))}, train, how) == 10);
}

TEST_CASE("one to three threads paint the same images bit for bit") {
  const auto painted = [](int threads) {
    cpu device{{.threads = threads}};
    const model_type model{training_test::small_settings<cpu>(2, 0.5), device};
    return excite<12>(model.freeze(), aim::channels::first(5), {.steps = 12});
  };
  const excited one = painted(1);
  for (const int threads : {2, 3}) {
    const excited more = painted(threads);
    CHECK(one.images == more.images);
    CHECK(one.activation == more.activation);
    CHECK(one.curve == more.curve);
  }
}
