// SPDX-License-Identifier: MIT
// What the CPU promises of methods of several parts: the same bits whatever the threads, no allocation in a step, every part
// by its name, and real learning.
#include <contrastive/cpu.hpp>
#include <contrastive/evaluate/nearest_neighbors.hpp>
#include <contrastive/model/weights_file.hpp>
#include <contrastive/train/step_profile.hpp>

#include "support/allocations.hpp"
#include "support/catch.hpp"
#include "support/methods.hpp"
#include "support/temporary_folder.hpp"

using namespace methods_test;
using cpu_moco = moco<ct::cpu>;
using cpu_simsiam = simsiam<ct::cpu>;
using cpu_vae = vae<ct::cpu>;

namespace {

template <class Pipeline>
std::vector<double> losses_with(int threads) {
  ct::cpu device{{.threads = threads}};
  std::vector<double> losses;
  Pipeline model({.seed = 3}, device);
  (void)model.fit(ct::unlabeled(ct::first(images(), 96)), {.epochs = 2, .batch = 32}, recorder{losses});
  for (const auto& [path, values] : weights_of(model)) losses.insert(losses.end(), values.begin(), values.end());
  return losses;
}

struct allocation_watch {
  std::vector<long>& counts;
  void on_step(const ct::step_info&) { counts.push_back(allocations.load()); }
};
template <class Pipeline>
void allocates_nothing_after_the_first_step() {
  std::vector<long> counts;
  counts.reserve(64);
  Pipeline model{{.seed = 3}};
  (void)model.fit(ct::unlabeled(ct::first(images(), 256)), {.epochs = 2, .batch = 32}, allocation_watch{counts});
  REQUIRE(counts.size() == 16);
  CHECK(counts.back() == counts.front());
}

const auto few = ct::unlabeled(ct::first(images(), 64));
constexpr ct::fit_options one_epoch{.epochs = 1, .batch = 32};

std::string refusal_of(auto&& action) {
  try {
    action();
  } catch (const ct::argument_error& problem) {
    return problem.what();
  }
  return "no argument_error was thrown";
}

ct::matrix features_of(const auto& frozen) { return frozen.embed(few); }
bool equal(const ct::matrix& a, const ct::matrix& b) {
  return std::equal(a.data(), a.data() + a.rows() * a.columns(), b.data());
}

}    // namespace

TEST_CASE("a method's weights have the same bits with 1 and 3 threads") {
  CHECK(losses_with<cpu_moco>(1) == losses_with<cpu_moco>(3));
  CHECK(losses_with<cpu_simsiam>(1) == losses_with<cpu_simsiam>(3));
  CHECK(losses_with<cpu_vae>(1) == losses_with<cpu_vae>(3));
}

TEST_CASE("after the first step a step of a method allocates nothing") {
  allocates_nothing_after_the_first_step<cpu_moco>();
  allocates_nothing_after_the_first_step<cpu_simsiam>();
  allocates_nothing_after_the_first_step<cpu_vae>();
}

TEST_CASE("the key encoder begins as the query's equal and follows it by its momentum") {
  cpu_moco model{{.method = {.momentum = 1}}};
  const auto first = features_of(model.freeze());
  CHECK(equal(features_of(model.freeze("key")), first));
  (void)model.fit(few, one_epoch);
  CHECK_FALSE(equal(features_of(model.freeze()), first));

  cpu_moco follows{{.method = {.momentum = 0}}};
  (void)follows.fit(few, one_epoch);
  const temporary_folder folder;
  ct::save_weights(follows, folder / "query", {.head = true});
  cpu_moco other{{.seed = 8}};
  ct::load_weights(other, folder / "query", {.head = true});
  for (const auto& [path, values] : weights_of(follows))
    if (path.find("running") == path.npos) CHECK(weights_of(other).at(path) == values);
  // with momentum 0 the key's weights are the query's; its running statistics are its own
  ct::save_weights(follows, folder / "key", {.part = "key"});
  ct::load_weights(other, folder / "key", {.head = true});
  for (const auto& [path, values] : weights_of(follows))
    if (path.find("running") == path.npos) CHECK(weights_of(other).at(path) == values);
    else CHECK_FALSE(weights_of(other).at(path) == values);
}

TEST_CASE("weights are saved and loaded by the name of a part") {
  const temporary_folder folder;
  cpu_vae model, other{{.seed = 2}};
  ct::save_weights(model, folder / "decoder", {.part = "decoder"});
  ct::load_weights(other, folder / "decoder", {.part = "decoder"});
  ct::save_weights(other, folder / "again", {.part = "decoder"});
  CHECK(read_bytes(folder / "again") == read_bytes(folder / "decoder"));
  CHECK_FALSE(weights_of(other) == weights_of(model));
  CHECK(refusal_of([&] { ct::save_weights(model, folder / "x", {.part = "key"}); }) ==
        "this method has no part 'key'; it has decoder");
  CHECK(refusal_of([&] { (void)model.freeze("decoder"); }) ==
        "the part 'decoder' holds no encoder of this pipeline: it cannot be frozen");
  CHECK(refusal_of([&] { ct::save_weights(cpu_moco{}, folder / "x", {.part = "queue"}); }) ==
        "the part 'queue' holds no network: it has no weights");
}

TEST_CASE("a part may have an optimizer's settings of its own") {
  const auto predictor_of = [&](const typename cpu_simsiam::settings& s) {
    const temporary_folder folder;
    cpu_simsiam model{s};
    (void)model.fit(few, one_epoch);
    ct::save_weights(model, folder / "predictor", {.part = "predictor"});
    return read_bytes(folder / "predictor");
  };
  const auto still = predictor_of({.optimizer_of = {{"predictor", {.learning_rate = 0}}}});
  const temporary_folder folder;
  ct::save_weights(cpu_simsiam{}, folder / "first", {.part = "predictor"});
  // statistics move, weights do not: a rate of 0 is that of a predictor that never learned
  CHECK_FALSE(still == predictor_of({}));
  CHECK(still == predictor_of({.optimizer_of = {{"predictor", {.learning_rate = 0, .momentum = 0.5}}}}));
  CHECK(refusal_of([] { cpu_moco{{.optimizer_of = {{"key", {}}}}}; }) ==
        "optimizer_of names 'key', which learns nothing: it has no use for an optimizer");
  CHECK(refusal_of([] { cpu_moco{{.optimizer_of = {{"kei", {}}}}}; }) ==
        "this method has no part 'kei'; it has key, queue");
}

TEST_CASE("the numbers of a part's layers are set in the method's settings") {
  const auto statistics_of = [](double momentum) {
    typename cpu_simsiam::settings s;
    s.method.predictor.template all<ct::batch_norm>([&](auto& c) { c.momentum = momentum; });
    const temporary_folder folder;
    cpu_simsiam model{s};
    (void)model.fit(few, one_epoch);
    ct::save_weights(model, folder / "predictor", {.part = "predictor"});
    return read_bytes(folder / "predictor");
  };
  CHECK(statistics_of(0.1) == statistics_of(0.1));    // the default
  CHECK_FALSE(statistics_of(0.5) == statistics_of(0.1));
}

TEST_CASE("a profile has the steps of every network, by part") {
  const cpu_moco model;
  const auto profile = ct::profile_step(model, {.batch = 16, .steps = 1});
  int of_query = 0, of_key = 0;
  for (const auto& row : profile.network) {
    of_query += row.path.rfind("encoder.", 0) == 0 || row.path.rfind("head.", 0) == 0;
    of_key += row.path.rfind("key.encoder.", 0) == 0 || row.path.rfind("key.head.", 0) == 0;
    if (row.path.rfind("key.", 0) == 0) CHECK(row.backward.seconds == 0);
  }
  CHECK(of_query > 3);
  CHECK(of_key == of_query);
  CHECK(profile.section_seconds("loss") > 0);
  CHECK(profile.section_seconds("twins") > 0);
}

TEST_CASE("a batch that its groups do not divide, and one longer than its queue, are refused") {
  CHECK(refusal_of([] {
          cpu_moco model{{.method = {.key_groups = 3}}};
          (void)model.fit(few, one_epoch);
        }) == "32 rows cannot be normalized in 3 equal groups");
  CHECK(refusal_of([] {
          cpu_moco model;
          (void)model.fit(few, {.epochs = 1, .batch = 64});
        }) == "a queue of 40 vectors cannot take 64 at once: make it longer than a batch");
}

TEST_CASE("a loss that is not finite leaves every part as it was good") {
  cpu_moco model{{.optimizer = {.learning_rate = 1e30}}};
  CHECK_THROWS_AS(model.fit(few, {.epochs = 4, .batch = 32, .schedule = {.warmup = 0}}), ct::not_finite);
  for (const auto& part : {"", "key"})
    for (const float x : [&] {
           const auto m = *part ? features_of(model.freeze(part)) : features_of(model.freeze());
           return std::vector<float>(m.data(), m.data() + m.rows() * m.columns());
         }())
      CHECK(std::isfinite(x));
}
