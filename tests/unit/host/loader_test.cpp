// SPDX-License-Identifier: MIT
// Laws of the loader.
#include <contrastive/data/loader.hpp>
#include <contrastive/data/memory.hpp>
#include <contrastive/data/subsets.hpp>

#include <atomic>
#include <chrono>
#include <cmath>
#include <set>
#include <stdexcept>

#include "support/address_space_limit.hpp"
#include "support/catch.hpp"
#include "support/count_allocations.hpp"

using namespace contrastive;
using Catch::Matchers::EndsWith, Catch::Matchers::StartsWith;

namespace {

using tiny = image<1, 2, 1>;

// Sample i has the bytes (i, 255 − i) and the class i mod 3.
struct counting {
  std::vector<std::uint8_t> pixels;
  std::vector<int> labels;
  explicit counting(int n) {
    for (int i = 0; i < n; ++i)
      pixels.push_back(std::uint8_t(i)), pixels.push_back(std::uint8_t(255 - i)), labels.push_back(i % 3);
  }
  memory_dataset<tiny> data() const { return {pixels, labels, 3}; }
};

// A loader keeps views, and refuses a data set that dies with the expression.
struct mortal {
  using sample = tiny;
  std::size_t size() const { return 0; }
  const std::uint8_t* image_at(std::size_t) const { return nullptr; }
};
static_assert(std::is_constructible_v<loader<mortal>, const mortal&> &&
              !std::is_constructible_v<loader<mortal>, mortal>);
static_assert(std::is_constructible_v<loader<memory_images<tiny>>, memory_images<tiny>>);

struct kept_batch {
  std::vector<int> indices, labels;
  std::vector<std::uint8_t> pixels;
  int epoch = 0, step = 0;
  bool operator==(const kept_batch&) const = default;
};
kept_batch keep(const contrastive::detail::loaded_batch<std::uint8_t>& b) {
  return {{b.indices.begin(), b.indices.end()},
          {b.labels.begin(), b.labels.end()},
          {b.stored.begin(), b.stored.end()},
          b.epoch,
          b.step};
}
std::vector<kept_batch> take(auto& batches, int count) {
  std::vector<kept_batch> kept;
  for (int i = 0; i < count; ++i) kept.push_back(keep(batches.next()));
  return kept;
}
std::vector<int> numbers(const std::vector<kept_batch>& batches) {
  std::vector<int> all;
  for (const auto& b : batches) all.insert(all.end(), b.indices.begin(), b.indices.end());
  return all;
}

}    // namespace

TEST_CASE("a batch has the pixels and labels of the samples that it names") {
  const counting source(50);
  loader batches{source.data(), {.batch = 8, .seed = 3}};
  for (int i = 0; i < 20; ++i) {
    const auto b = batches.next();
    REQUIRE(b.size() == 8);
    REQUIRE((b.stored.size() == 16 && b.labels.size() == 8));
    for (std::size_t r = 0; r < 8; ++r) {
      CHECK(b.stored[2 * r] == b.indices[r]);
      CHECK(b.stored[2 * r + 1] == 255 - b.indices[r]);
      CHECK(b.labels[r] == b.indices[r] % 3);
    }
  }
}

TEST_CASE("an epoch has every sample once, and each epoch its own order") {
  const counting source(60);
  loader batches{source.data(), {.batch = 10, .seed = 1}};
  REQUIRE(batches.steps_per_epoch() == 6);
  std::set<std::vector<int>> orders;
  for (int epoch = 0; epoch < 4; ++epoch) {
    auto order = numbers(take(batches, 6));
    orders.insert(order);
    std::sort(order.begin(), order.end());
    for (int i = 0; i < 60; ++i) CHECK(order[std::size_t(i)] == i);
  }
  CHECK(orders.size() == 4);
}

TEST_CASE("batches count their epoch and step") {
  const counting source(25);
  loader batches{source.data(), {.batch = 10}};
  for (int i = 0; i < 7; ++i) {
    const auto b = batches.next();
    CHECK((b.epoch == i / 2 && b.step == i % 2));
  }
}

TEST_CASE("the seed decides the order, and nothing else does") {
  const counting source(40);
  const auto run = [&](std::uint64_t seed, int prefetch) {
    loader batches{source.data(), {.batch = 8, .seed = seed, .prefetch = prefetch}};
    return take(batches, 12);
  };
  CHECK(run(5, 1) == run(5, 4));
  CHECK(run(5, 2) != run(6, 2));
}

TEST_CASE("a loader that begins in the middle goes on as one that never stopped") {
  const counting source(43);
  for (const bool drop_last : {true, false}) {
    loader whole{source.data(), {.batch = 10, .seed = 9, .drop_last = drop_last}};
    const auto all = take(whole, 20);
    for (std::size_t from : {1u, 4u, 7u, 13u}) {
      loader resumed{
          source.data(),
          {.batch = 10, .seed = 9, .drop_last = drop_last, .epoch = all[from].epoch, .step = all[from].step}};
      CHECK(take(resumed, int(20 - from)) == std::vector<kept_batch>(all.begin() + std::ptrdiff_t(from), all.end()));
    }
  }
}

TEST_CASE("the last partial batch is left out in training and kept in evaluation") {
  const counting source(23);
  loader training{source.data(), {.batch = 10}};
  CHECK(training.steps_per_epoch() == 2);
  for (const auto& b : take(training, 4)) CHECK(b.indices.size() == 10);

  loader evaluation{source.data(), {.batch = 10, .shuffle = false, .drop_last = false}};
  REQUIRE(evaluation.steps_per_epoch() == 3);
  const auto order = numbers(take(evaluation, 3));
  REQUIRE(order.size() == 23);
  for (int i = 0; i < 23; ++i) CHECK(order[std::size_t(i)] == i);
  CHECK(evaluation.next().epoch == 1);

  loader wide{source.data(), {.batch = 100, .shuffle = false, .drop_last = false}};
  CHECK(wide.next().size() == 23);
}

TEST_CASE("unlabeled data give batches without labels") {
  const counting source(12);
  const auto data = source.data();
  loader batches{unlabeled(data), {.batch = 4}};
  CHECK(batches.next().labels.empty());
}

TEST_CASE("a batch stays as it is until the next one is asked for") {
  const counting source(200);
  loader batches{source.data(), {.batch = 3, .prefetch = 3}};
  for (int i = 0; i < 30; ++i) {
    const auto b = batches.next();
    const auto before = keep(b);
    std::this_thread::yield();
    CHECK(keep(b) == before);
  }
}

TEST_CASE("a loader allocates nothing after its first batch") {
  const counting source(101);
  const auto data = source.data();
  for (const bool drop_last : {true, false}) {
    loader batches{data, {.batch = 10, .drop_last = drop_last}};
    (void)batches.next();
    const long before = allocations;
    for (int i = 0; i < 100; ++i) (void)batches.next();
    CHECK(allocations - before == 0);
  }
}

TEST_CASE("a loader may go away at any time, also before its first batch") {
  const counting source(30);
  for (int taken = 0; taken < 20; ++taken) {
    loader batches{source.data(), {.batch = 7}};
    for (int i = 0; i < taken; ++i) (void)batches.next();
  }
  SUCCEED();
}

TEST_CASE("a loader refuses options that the data cannot fill, and says which") {
  const counting source(30), none(0);
  const auto data = source.data(), empty = none.data();
  const auto make = [](const auto& d, loader_options o) { loader{d, o}; };
  CHECK_THROWS_AS(make(data, {.batch = 31}), argument_error);
  CHECK_THROWS_WITH(make(data, {.batch = 31}), "loader: a batch of 31 is larger than the data set of 30 samples");
  CHECK_NOTHROW(make(data, {.batch = 31, .drop_last = false}));
  CHECK_THROWS_WITH(make(data, {.batch = 0}), "loader: batch is at least 1; found 0");
  CHECK_THROWS_WITH(make(data, {.batch = -4}), "loader: batch is at least 1; found -4");
  CHECK_THROWS_WITH(make(data, {.batch = 7, .prefetch = 0}), "loader: prefetch is at least 1; found 0");
  CHECK_THROWS_WITH(make(data, {.batch = 7, .epoch = 1, .step = 4}),
                    "loader: cannot begin at epoch 1, step 4: an epoch has 4 steps");
  CHECK_THROWS_WITH(make(data, {.batch = 7, .threads = -1}),
                    "loader: threads are at least 1, or 0 for a number that suits; found -1");
  CHECK_THROWS_WITH(make(empty, {.batch = 1}), "loader: the data set is empty");
}

namespace {

struct mislabeled {
  using sample = tiny;
  std::uint8_t pixels[2]{};
  std::size_t size() const { return 20; }
  const std::uint8_t* image_at(std::size_t) const { return pixels; }
  long label_at(std::size_t i) const { return i == 13 ? 10 : i == 17 ? -1 : 4; }
  short classes() const { return 10; }
};
struct breaking : mislabeled {
  int label_at(std::size_t i) const { return i < 11 ? 0 : throw std::runtime_error("the disk is gone"); }
};

}    // namespace

TEST_CASE("a label out of range is thrown by the step that it concerns, and ends the loader") {
  const mislabeled data;
  loader batches{data, {.batch = 5, .shuffle = false}};
  CHECK_NOTHROW(batches.next());
  CHECK_NOTHROW(batches.next());
  for (int again = 0; again < 2; ++again) {
    CHECK_THROWS_WITH(batches.next(), "loader: the label of sample 13 is 10; the data set has classes 0 to 9");
    CHECK_THROWS_AS(batches.next(), data_error);
  }
}

TEST_CASE("labels that nobody needs are not read") {
  const mislabeled data;
  loader batches{data, {.batch = 4, .shuffle = false, .labels = false}};
  for (int step = 0; step < 2 * batches.steps_per_epoch(); ++step) CHECK(batches.next().labels.empty());
}

TEST_CASE("labels may be any integers, and those that no int holds are refused") {
  struct of_bools : mislabeled {
    bool label_at(std::size_t i) const { return i % 2 == 1; }
  };
  struct of_many : mislabeled {
    unsigned long long label_at(std::size_t) const { return 1ULL << 40; }
    unsigned long long classes() const { return 1ULL << 50; }
  };
  const of_bools bools;
  loader batches{bools, {.batch = 4, .shuffle = false}};
  const auto labels = batches.next().labels;
  CHECK(std::vector<int>(labels.begin(), labels.end()) == std::vector<int>{0, 1, 0, 1});
  const of_many many;
  loader too_large{many, {.batch = 4, .shuffle = false}};
  CHECK_THROWS_WITH(too_large.next(),
                    "loader: the label of sample 0 is 1099511627776; expected a number that fits an int");
}

TEST_CASE("what a data set throws in the loader's thread reaches the caller") {
  const breaking data;
  loader batches{data, {.batch = 10, .shuffle = false}};
  CHECK_NOTHROW(batches.next());
  CHECK_THROWS_WITH(batches.next(), "the disk is gone");
}

namespace {

/// Sample i is the numbers i and −i, and class i mod 3; reading takes a while, for some samples longer.
struct slow {
  using sample = table<2>;
  std::size_t size() const { return 97; }
  void read(std::size_t i, std::span<float> to) const {
    const int now = ++inside;
    for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) continue;
    std::this_thread::sleep_for(std::chrono::microseconds(i % 5 * 50));
    to[0] = float(i), to[1] = -float(i);
    --inside;
  }
  int label_at(std::size_t i) const { return int(i % 3); }
  int classes() const { return 3; }
  mutable std::atomic<int> inside{0}, most{0};    // readers at once, and their largest number so far
};
struct slow_for_one : slow {
  static constexpr bool reads_one_at_a_time = true;
};
static_assert(contrastive::detail::ReadByOne<slow_for_one> &&
              contrastive::detail::ReadByOne<contrastive::detail::unlabeled_set<slow_for_one>> &&
              !contrastive::detail::ReadByOne<slow>);

/// Fails for samples from 20 on, later ones first.
struct failing {
  using sample = table<1>;
  std::size_t size() const { return 64; }
  void read(std::size_t i, std::span<float> to) const {
    if (i >= 20) std::this_thread::sleep_for(std::chrono::microseconds(i < 24 ? 2000 : 0));
    if (i >= 20) throw std::runtime_error("no sample " + std::to_string(i));
    to[0] = 0;
  }
};

std::vector<std::vector<float>> loaded_values(const auto& data, int threads, int batches) {
  loader loading{data, {.batch = 16, .seed = 4, .threads = threads}};
  std::vector<std::vector<float>> all;
  for (int i = 0; i < batches; ++i) {
    const auto b = loading.next();
    all.emplace_back(b.stored.begin(), b.stored.end());
    all.emplace_back(b.indices.begin(), b.indices.end());
    all.emplace_back(b.labels.begin(), b.labels.end());
  }
  return all;
}

}    // namespace

TEST_CASE("batches have the same bits and order for every number of threads that read") {
  const slow data;
  const auto alone = loaded_values(data, 1, 20);
  CHECK(data.most == 1);
  CHECK(alone[0][2] == alone[1][1]);    // what it says and what is read
  for (const int threads : {2, 5, 23}) CHECK(loaded_values(data, threads, 20) == alone);
  CHECK(data.most > 1);
}

TEST_CASE("a data set that says so is read by one thread at a time") {
  const slow_for_one data;
  loaded_values(data, 8, 12);
  loaded_values(unlabeled(data), 8, 12);
  CHECK(data.most == 1);
}

TEST_CASE("of several samples that fail the batch's first one is reported, whichever thread was sooner") {
  const failing data;
  for (int round = 0; round < 20; ++round) {
    loader batches{data, {.batch = 32, .shuffle = false, .threads = 4}};
    CHECK_THROWS_WITH(batches.next(), "no sample 20");
  }
}

TEST_CASE("a token that is no word ends the loader with the step that it concerns") {
  std::vector<std::int32_t> words(40, 3);
  words[27] = 4;
  const memory_samples<tokens<2, 4>> data{words};
  loader batches{data, {.batch = 10, .shuffle = false}};
  CHECK_NOTHROW(batches.next());
  CHECK_THROWS_WITH(batches.next(), "token 1 of sample 13 is 4; expected 0 to 3");
}

#ifdef CONTRASTIVE_LIMITS_ADDRESS_SPACE
TEST_CASE("a loader that the system gives too few threads says how many there were") {
  const slow data;
  const auto make = [&](int threads) {
    const address_space_limit limit(std::size_t(100) << 20);    // a thread's stack takes some megabytes
    loader{data, {.batch = 10, .threads = threads}};
  };
  CHECK_THROWS_AS(make(900), device_error);
  CHECK_THROWS_WITH(make(900), StartsWith("loader: could start ") &&
                                   EndsWith(" of 900 threads that read: Resource temporarily unavailable; "
                                            "ask for fewer (.threads)"));
  const auto one_too_many = [&] {    // all that read are there, and the last one is refused
    for (int threads = 1; threads < 900; ++threads) make(threads);
  };
  CHECK_THROWS_WITH(one_too_many(), StartsWith("loader: could not start the thread that makes batches: "));
}
#endif

TEST_CASE("a loader of several threads allocates nothing after its first batch") {
  const slow data;
  loader batches{data, {.batch = 10, .threads = 4}};
  (void)batches.next();
  const long before = allocations;
  for (int i = 0; i < 50; ++i) (void)batches.next();
  CHECK(allocations - before == 0);
}

TEST_CASE("shuffle_order is a permutation whose every place sees every sample equally often") {
  const int n = 8, rounds = 8000;
  std::vector<int> order(n), count(n * n);
  for (std::uint32_t epoch = 0; epoch < rounds; ++epoch) {
    contrastive::detail::shuffle_order(order, 2, epoch);
    REQUIRE(std::set<int>(order.begin(), order.end()).size() == n);
    for (std::size_t place = 0; place < n; ++place) ++count[place * n + std::size_t(order[place])];
  }
  double chi_square = 0;
  const double expected = double(rounds) / n;
  for (const int c : count) chi_square += (c - expected) * (c - expected) / expected;
  CHECK(chi_square < 49 + 5 * std::sqrt(98.));    // (n − 1)² degrees of freedom, five deviations
}

TEST_CASE("the order of an epoch never changes between versions of the library") {
  std::vector<int> order(10);
  contrastive::detail::shuffle_order(order, 1, 0);
  CHECK(order == std::vector<int>{2, 0, 3, 1, 5, 6, 7, 4, 9, 8});
  contrastive::detail::shuffle_order(order, 1, 1);
  CHECK(order == std::vector<int>{2, 7, 4, 6, 3, 9, 0, 8, 1, 5});
}
