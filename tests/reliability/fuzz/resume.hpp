// SPDX-License-Identifier: MIT
#pragma once
// A run that goes on from a checkpoint, as a target of a fuzzer.
#include <contrastive/augment/horizontal_flip.hpp>
#include <contrastive/augment/views.hpp>
#include <contrastive/backend/reference.hpp>
#include <contrastive/data/memory.hpp>
#include <contrastive/loss/nt_xent.hpp>
#include <contrastive/models/mlp.hpp>
#include <contrastive/nn/batch_norm.hpp>
#include <contrastive/nn/linear.hpp>
#include <contrastive/train/callbacks/checkpoints.hpp>
#include <contrastive/train/pipeline.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "readers.hpp"

namespace fuzz {

using small_model = ct::pipeline<ct::reference, ct::image<2, 2, 1>, ct::views<ct::horizontal_flip>,
                                 ct::sequential<ct::flatten, ct::linear<2>, ct::batch_norm>, ct::mlp<2>, ct::nt_xent>;

/// A folder in memory, left behind with two small files by who ends at once.
inline const std::filesystem::path& folder() {
  static const std::filesystem::path made = "/dev/shm/contrastive-fuzz-" + std::to_string(getpid());
  return made;
}
inline void write(const std::filesystem::path& file, bytes content) {
  std::ofstream(file, std::ios::binary)
      .write(reinterpret_cast<const char*>(content.data()), std::streamsize(content.size()));
}
struct stop_from {
  int step;
  ct::control on_step(const ct::step_info& info) const {
    return info.step >= step ? ct::control::stop : ct::control::go_on;
  }
};
/// Of sixteen images in four steps, twice, from what is in the folder to `last`, at least one step.
inline int train(small_model& model, int last) {
  std::vector<std::uint8_t> pixels(64);
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = std::uint8_t(i * 37);
  const ct::memory_images<ct::image<2, 2, 1>> data{pixels};
  return model.fit(data, {.epochs = 2, .batch = 4}, ct::checkpoints{folder()}, stop_from{last}).steps;
}

/// A checkpoint that a run stopped at its third step has left, in which the input stands from some byte on: the run goes
/// on from it, or it is refused.
inline void resume(bytes input) {
  static const std::string left = [] {
    std::filesystem::create_directory(folder());
    small_model model{{.seed = 1}};
    (void)train(model, 2);
    std::ifstream in(folder() / "last.checkpoint", std::ios::binary);
    return std::string{std::istreambuf_iterator<char>(in), {}};
  }();
  std::vector<std::uint8_t> all(left.begin(), left.end());
  const std::size_t high = choice(input), low = choice(input), at = std::min(high * 256 + low, all.size());
  const std::size_t count = std::min(input.size(), all.size() - at);
  std::copy_n(input.begin(), count, all.begin() + std::ptrdiff_t(at));
  write(folder() / "last.checkpoint", with_sum(all));
  small_model model{{.seed = 1}};
  require(train(model, 0) <= 8, "a run has the steps that were asked for");
}

}    // namespace fuzz
