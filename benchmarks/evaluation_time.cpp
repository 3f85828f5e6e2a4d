// SPDX-License-Identifier: MIT
// How long evaluations of the quick start's features take: 10,000 labeled images, 2,000 asked, 576 features of the small encoder
// of width 32 (last_maps), without training and after two epochs of SimCLR. One line for each.
//
//     g++ -std=c++20 -O2 -Iinclude -isystem /usr/include/eigen3 benchmarks/evaluation_time.cpp -lpthread -lz -o evaluation_time
//     ./evaluation_time examples/data
#include <contrastive/contrastive.hpp>
#include <contrastive/cpu.hpp>

#include <chrono>
#include <cstdio>

namespace ct = contrastive;

namespace {

using simclr =
    ct::pipeline<ct::cpu, ct::image<28, 28, 1>,
                 ct::views<ct::random_resized_crop<>, ct::horizontal_flip, ct::intensity_jitter, ct::normalize>,
                 ct::small_convnet<32>, ct::mlp_bn<128, 128>, ct::nt_xent>;

simclr::settings recipe() {
  simclr::settings s{.seed = 1, .loss = {.temperature = 0.2}};
  s.views = {ct::random_resized_crop<>::config{.scale = {0.3, 1}},
             ct::normalize::config{.mean = 0.286, .deviation = 0.353}};
  s.optimizer = {.learning_rate = 0.12, .nesterov = true, .weight_decay = 5e-4};
  return s;
}

/// The result of f and the seconds that it took, the less of two runs.
auto timed(auto&& f) {
  double least = 1e9;
  decltype(f()) result;
  for (int run = 0; run < 2; ++run) {
    const auto start = std::chrono::steady_clock::now();
    result = f();
    least = std::min(least, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return std::pair{std::move(result), least};
}

void measure(const char* when, const auto& encoder, const auto& data) {
  const ct::labeled_features known = encoder.read(data.train()), asked = encoder.read(data.test());
  const auto [all, seconds] = timed([&] { return ct::linear_evaluation(known, asked); });
  std::printf("%s: linear, all labels %.2f s (%d iterations, %.1f %%)", when, seconds, all.solver.iterations,
              100 * all.accuracy);
  for (const double share : {0.1, 0.01}) {
    const auto few = ct::chosen_rows(known, ct::labeled_fraction(known.labels, known.classes, share, {.draw = 0}));
    const auto chosen = timed([&] { return ct::linear_evaluation(few, asked, {.choose_l2 = true}); });
    std::printf(", %g %% with its l2 chosen %.2f s", 100 * share, chosen.second);
  }
  const auto near = timed([&] { return ct::nearest_neighbors(encoder.device(), known, asked); });
  std::printf("; neighbors %.2f s\n", near.second);
}

}    // namespace

int main(int count, char** words) {
  if (count != 2) return std::fprintf(stderr, "evaluation_time: expected the folder of the images\n"), 2;
  const ct::fashion_mnist data{words[1]};
  simclr model{recipe()};
  measure("untrained", model.freeze(ct::last_maps{}), data);
  (void)model.fit(ct::unlabeled(data.train()), {.epochs = 2, .batch = 128});
  measure("trained", model.freeze(ct::last_maps{}), data);
}
