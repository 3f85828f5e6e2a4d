// SPDX-License-Identifier: MIT
// What only the CPU promises: the same bits whatever the threads and caches, no allocation in a step, and real learning.
#include <contrastive/cpu.hpp>
#include <contrastive/evaluate/nearest_neighbors.hpp>

#include <Eigen/Core>

#include "support/catch.hpp"
#include "support/count_allocations.hpp"
#include "support/tolerance.hpp"
#include "support/training.hpp"

using namespace training_test;

namespace {

std::map<std::string, std::vector<float>> trained_with(int threads) {
  ct::cpu device{{.threads = threads}};
  small_pipeline<ct::cpu> model({.seed = 3}, device);
  (void)model.fit(ct::unlabeled(ct::first(images(), 128)), {.epochs = 2, .batch = 32});
  return weights_of(model);
}

/// Counts what is allocated between two steps.
struct allocation_watch {
  std::vector<long>& counts;
  ct::control on_step(const ct::step_info&) {
    counts.push_back(allocations.load());
    return ct::control::go_on;
  }
};

using fashion_views = ct::views<ct::random_resized_crop<>, ct::horizontal_flip, ct::intensity_jitter, ct::normalize>;
template <class Loss>
using fashion_pipeline =
    ct::pipeline<ct::cpu, ct::image<28, 28, 1>, fashion_views, ct::small_convnet<16>, ct::mlp_bn<128, 64>, Loss>;

template <class Pipeline>
double accuracy(const Pipeline& model) {
  const auto& test = shipped().test();
  const auto known = labels_of(images()), truth = labels_of(test);
  return 100 * ct::nearest_neighbors(model.device(), model.embed(images()), known, model.embed(test), truth).accuracy;
}

template <class Loss>
typename fashion_pipeline<Loss>::settings recipe(double temperature) {
  typename fashion_pipeline<Loss>::settings s{.seed = 1};
  s.views = {ct::random_resized_crop<>::config{.scale = {0.3, 1}},
             ct::normalize::config{.mean = 0.286, .deviation = 0.353}};
  s.loss.temperature = temperature;
  s.optimizer = {.learning_rate = 0.12, .nesterov = true, .weight_decay = 5e-4};
  return s;
}

}    // namespace

TEST_CASE("the weights have the same bits with 1, 2 and 3 threads, and with other caches told to Eigen") {
  const auto one = trained_with(1);
  CHECK(trained_with(2) == one);
  CHECK(trained_with(3) == one);
  const auto l1 = Eigen::l1CacheSize(), l2 = Eigen::l2CacheSize(), l3 = l2;
  for (const std::ptrdiff_t factor : {1, 16}) {
    Eigen::setCpuCacheSizes(8192 * factor, 65536 * factor, 262144 * factor);
    CHECK(trained_with(2) == one);
  }
  Eigen::setCpuCacheSizes(l1, l2, l3);
}

TEST_CASE("training leaves Eigen's globals alone") {
  const auto l1 = Eigen::l1CacheSize(), l2 = Eigen::l2CacheSize();
  const int threads = Eigen::nbThreads();
  (void)trained_with(2);
  CHECK(Eigen::l1CacheSize() == l1);
  CHECK(Eigen::l2CacheSize() == l2);
  CHECK(Eigen::nbThreads() == threads);
}

TEST_CASE("a pass for each view has its own batch statistics, and learns as well") {
  const auto data = ct::unlabeled(ct::first(images(), 128));
  const auto train = [&](ct::passes how) {
    std::vector<double> losses;
    small_pipeline<ct::cpu> model{{.seed = 1, .view_passes = how}};
    (void)model.fit(data, {.epochs = 4, .batch = 32}, recorder{losses});
    return losses;
  };
  const auto together = train(ct::passes::together), apart = train(ct::passes::each_view);
  CHECK_FALSE(together == apart);
  CHECK(apart.back() < apart.front());
  CHECK(relative_difference(together.front(), apart.front()) < 0.1);
}

TEST_CASE("after the first step a step allocates nothing") {
  std::vector<long> counts;
  counts.reserve(64);
  small_pipeline<ct::cpu> model{{.seed = 3}};
  (void)model.fit(ct::unlabeled(ct::first(images(), 256)), {.epochs = 2, .batch = 32}, allocation_watch{counts});
  REQUIRE(counts.size() == 16);
  CHECK(counts.back() == counts.front());
}

TEST_CASE("a pass back to the images allocates nothing after the first") {
  using net = ct::small_convnet<8>;
  using in = ct::image<28, 28, 1>;
  ct::cpu device;
  ct::weights<ct::cpu, net, in> model(device);
  ct::training_pass<ct::cpu, net, in, ct::fixed> pass(device, 8);
  ct::memory<ct::cpu, ct::pack<ct::tensor<ct::cpu, in>, ct::tensor<ct::cpu, in>>> images(device, 8);
  auto& x = ct::part<0>(images.value);
  auto& dx = ct::part<1>(images.value);
  const auto step = [&] {
    pass.forward(device, {}, x, model.slots());
    pass.backward(device, {}, x, dx, model.slots_without_gradients());
    return allocations.load();
  };
  const long first = step();
  CHECK(step() == first);
}

// The two that follow are what the examples simclr and sup_con test in less time.
TEST_CASE("SimCLR lifts the accuracy of nearest neighbors on images that it has not seen", "[slow][long]") {
  fashion_pipeline<ct::nt_xent> model{recipe<ct::nt_xent>(0.2)};
  const double before = accuracy(model);
  (void)model.fit(ct::unlabeled(images()), {.epochs = 3, .batch = 128});
  const double after = accuracy(model);
  UNSCOPED_INFO("before " << before << ", after " << after);
  CHECK(after >= before + 2);
}

TEST_CASE("supervised contrastive training lifts it further", "[slow][long]") {
  fashion_pipeline<ct::sup_con> model{recipe<ct::sup_con>(0.1)};
  const double before = accuracy(model);
  (void)model.fit(images(), {.epochs = 3, .batch = 128});
  const double after = accuracy(model);
  UNSCOPED_INFO("before " << before << ", after " << after);
  CHECK(after >= before + 6);
}
