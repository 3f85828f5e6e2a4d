// SPDX-License-Identifier: MIT
// What threads may do at once: train on one device, read by several threads, use verbs beside it, and write one path.
#include <contrastive/cpu.hpp>
#include <contrastive/model/weights_file.hpp>
#include <contrastive/train/callbacks/checkpoints.hpp>

#include <atomic>
#include <thread>

#include "support/catch.hpp"
#include "support/message_of.hpp"
#include "support/temporary_folder.hpp"
#include "support/training.hpp"
#include "support/watchdog.hpp"

using namespace training_test;

namespace {

using model_type = ct::pipeline<ct::cpu, ct::image<28, 28, 1>, ct::views<ct::random_resized_crop<14, 14>>,
                                ct::small_convnet<8>, ct::linear<16>, ct::nt_xent>;
using all_weights = std::map<std::string, std::vector<float>>;

/// Waits before its first step until it is told to go on.
struct held_back {
  std::atomic<bool>*begun, *go_on;
  ct::control on_step(const ct::step_info& info) {
    if (info.step == 0) {
      *begun = true;
      while (!*go_on) std::this_thread::yield();
    }
    return ct::control::go_on;
  }
};

all_weights trained(ct::cpu& device, std::uint64_t seed, auto... callbacks) {
  model_type model({.seed = seed}, device);
  (void)model.fit(ct::unlabeled(ct::first(images(), 64)), {.epochs = 2, .batch = 16, .reading_threads = 3},
                  callbacks...);
  return weights_of(model);
}

}    // namespace

TEST_CASE("two runs on one device, with readers of their own, have the bits that each has alone") {
  const watchdog dog("two runs on one device");
  ct::cpu device{{.threads = 2}};
  const all_weights first = trained(device, 1), second = trained(device, 2);
  CHECK(first != second);
  const temporary_folder folder;
  all_weights beside;
  std::thread other([&] { beside = trained(device, 1, ct::checkpoints{folder / "first"}); });
  const all_weights here = trained(device, 2, ct::checkpoints{folder / "second"});
  other.join();
  CHECK(beside == first);
  CHECK(here == second);
}

TEST_CASE("a run has its bits while tasks of its device's pool and another thread multiply there") {
  const watchdog dog("a run whose device is used beside it");
  ct::cpu device{{.threads = 2}};
  const all_weights alone = trained(device, 1);
  std::atomic<bool> over = false;
  std::atomic<int> wrong = 0;
  const auto multiply = [&] {
    std::vector<float> a(32 * 32, 0.5f), c(32 * 32);
    device.gemm({c.data(), 32, 32}, {a.data(), 32, 32}, {a.data(), 32, 32}, 1, 0);
    wrong += c != std::vector<float>(32 * 32, 8.f);
  };
  std::thread outside([&] {
    while (!over) multiply();
  });
  std::thread inside([&] {
    while (!over) device.pool.run(3, [&](int) { multiply(); });
  });
  const all_weights beside = trained(device, 1);
  over = true;
  outside.join(), inside.join();
  CHECK(beside == alone);
  CHECK(wrong == 0);
}

TEST_CASE("of two runs of one process in one folder the second is refused, and the first ends as alone") {
  const watchdog dog("two runs in one folder");
  ct::cpu device{{.threads = 2}};
  const all_weights alone = trained(device, 1);
  const temporary_folder folder;
  std::atomic<bool> begun = false, go_on = false;
  all_weights first;
  std::thread owner([&] { first = trained(device, 1, ct::checkpoints{folder.path()}, held_back{&begun, &go_on}); });
  while (!begun) std::this_thread::yield();
  const std::string said = message_of([&] { (void)trained(device, 1, ct::checkpoints{folder.path()}); });
  go_on = true;
  owner.join();
  CHECK(said ==
        "'" + folder.path().string() + "': run: another run writes its checkpoints here; choose another folder");
  CHECK(first == alone);
  CHECK(trained(device, 1, ct::checkpoints{folder.path()}) == alone);
}

TEST_CASE("threads that save two models under one name leave one of them, whole, whenever it is read") {
  ct::cpu device{{.threads = 2}};
  const temporary_folder folder;
  const auto file = folder / "weights.safetensors";
  const model_type one({.seed = 1}, device), two({.seed = 2}, device);
  ct::save_weights(one, file, {.head = true});
  const auto save = [&](const model_type& model) {
    for (int i = 0; i < 20; ++i) ct::save_weights(model, file, {.head = true});
  };
  std::thread first(save, std::cref(one)), second(save, std::cref(two));
  const all_weights of_one = weights_of(one), of_two = weights_of(two);
  bool whole = true;
  for (int i = 0; i < 20; ++i) {
    model_type read({.seed = 3}, device);
    ct::load_weights(read, file, {.head = true});
    const all_weights found = weights_of(read);
    whole = whole && (found == of_one || found == of_two);
  }
  first.join(), second.join();
  CHECK(whole);
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("frozen encoders on one device embed in several threads, bit for bit as in one") {
  const watchdog dog("several threads that embed");
  ct::cpu device{{.threads = 2}};
  const model_type model({.seed = 1}, device);
  const auto some = ct::unlabeled(ct::first(images(), 40));
  const ct::matrix alone = model.embed(some);
  const auto one = model.freeze(), two = model.freeze();
  std::atomic<int> different = 0;
  const auto embed = [&](const auto& encoder) {
    for (int i = 0; i < 3; ++i) different += encoder.embed(some) != alone;
  };
  std::thread other([&] { embed(one); });
  embed(two);
  other.join();
  CHECK(different == 0);
}
