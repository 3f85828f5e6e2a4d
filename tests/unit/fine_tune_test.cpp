// SPDX-License-Identifier: MIT
// Laws of fine-tuning, on every backend: what rests or is frozen is the same in every bit afterwards, and with nothing of
// its own it is plain cross-entropy.
#include <contrastive/train/callbacks/checkpoints.hpp>

#include "support/backend_under_test.hpp"
#include "support/catch.hpp"
#include "support/contains.hpp"
#include "support/fine_tuning.hpp"
#include "support/golden.hpp"
#include "support/temporary_folder.hpp"
#include "support/tolerance.hpp"

#include <algorithm>
#include <cmath>

using namespace fine_tuning_test;

namespace {

using named_weights = std::map<std::string, std::vector<float>>;

template <class Phase>
void has_the_losses_of_the_reference(const char* name) {
  const auto found = few_losses<tuned<device, Phase>>();
  const auto expected = golden("fine_tune")[name].values;
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    INFO(name << ", step " << i << ": " << found[i] << ", the reference " << expected[i]);
    CHECK(std::abs(found[i] - expected[i]) < tolerance::few_steps * std::max(1., std::abs(expected[i])));
  }
}

bool is_statistic(const std::string& path) { return path.find("running_") != std::string::npos; }
/// Of the encoder's weights or statistics, how many differ and how many there are.
struct change {
  int changed = 0, all = 0;
};
change change_of(const named_weights& before, const named_weights& after, const std::string& part, bool statistics) {
  change found;
  for (const auto& [path, values] : before)
    if (path.rfind(part, 0) == 0 && is_statistic(path) == statistics)
      ++found.all, found.changed += after.at(path) != values;
  return found;
}
/// What a run of 8 steps, or of those before `stop`, changes.
template <class Phase>
struct changed {
  change weights, statistics, head;
  explicit changed(int stop_after = -1) {
    auto model = begun<tuned<device, Phase>>(slow_settings<tuned<device, Phase>>());
    const auto before = weights_of(model);
    std::vector<double> losses;
    (void)model.fit(ct::first(images(), 32), {.epochs = 2, .batch = 8}, recorder{losses, stop_after});
    const auto after = weights_of(model);
    weights = change_of(before, after, "encoder.", false);
    statistics = change_of(before, after, "encoder.", true);
    head = change_of(before, after, "head.", false);
  }
};

template <class Phase>
void resumes_to_the_same_bits() {
  using pipeline = tuned<device, Phase>;
  const auto data = ct::first(images(), 24);
  const ct::fit_options options{.epochs = 2, .batch = 8};
  const temporary_folder folder;
  std::vector<double> straight, pieces;
  auto one = begun<pipeline>(slow_settings<pipeline>());
  (void)one.fit(data, options, recorder{straight});
  for (const int stop : {1, 3, -1}) {    // while the encoder rests, after it has begun to learn, never
    auto other = begun<pipeline>(slow_settings<pipeline>());
    (void)other.fit(data, options, recorder{pieces, stop}, ct::checkpoints{folder.path()});
    if (stop < 0) CHECK(weights_of(other) == weights_of(one));
  }
  CHECK(pieces == straight);
  const auto copy = one.clone();
  CHECK(weights_of(copy) == weights_of(one));
}

}    // namespace

TEST_CASE("the losses of 8 steps of fine-tuning are those of the reference") {
  has_the_losses_of_the_reference<ct::training>("training");
  has_the_losses_of_the_reference<ct::fixed>("fixed");
  has_the_losses_of_the_reference<ct::frozen_encoder>("frozen");
}

TEST_CASE("a frozen encoder is the same in every bit afterwards, weights and statistics; the head is not") {
  const changed<ct::frozen_encoder> run;
  CHECK((run.weights.all > 5 && run.weights.changed == 0));
  CHECK((run.statistics.all > 3 && run.statistics.changed == 0));
  CHECK(run.head.changed == run.head.all);
}

TEST_CASE("an encoder is the same in every bit while the head learns alone, and learns afterwards") {
  const changed<ct::training> alone(3);    // half of eight steps
  CHECK((alone.weights.changed == 0 && alone.statistics.changed == 0));
  CHECK(alone.head.changed == alone.head.all);
  const changed<ct::training> run;
  CHECK(run.weights.changed == run.weights.all);
  CHECK(run.statistics.changed == run.statistics.all);
}

TEST_CASE("in phase fixed an encoder learns, and its statistics are the same in every bit") {
  const changed<ct::fixed> run;
  CHECK(run.weights.changed == run.weights.all);
  CHECK((run.statistics.all > 3 && run.statistics.changed == 0));
}

TEST_CASE("with one rate and no rest fine-tuning is cross-entropy from end to end, bit for bit") {
  const auto data = ct::first(images(), 32);
  std::vector<double> of_tuned, of_plain;
  tuned<device> one{{.seed = 3, .method = {.encoder_rate = 1, .loss = {.label_smoothing = 0.1}}}};
  plain<device> other{{.seed = 3, .loss = {.label_smoothing = 0.1}}};
  (void)one.fit(data, {.epochs = 2, .batch = 8}, recorder{of_tuned});
  (void)other.fit(data, {.epochs = 2, .batch = 8}, recorder{of_plain});
  CHECK(of_tuned == of_plain);
  CHECK(weights_of(one) == weights_of(other));
}

TEST_CASE("fine-tuning that is stopped and resumed equals one that never stopped, and its clone, bit for bit") {
  resumes_to_the_same_bits<ct::training>();
  resumes_to_the_same_bits<ct::frozen_encoder>();
}

TEST_CASE("what was fine-tuned classifies images by its head") {
  const auto data = ct::first(images(), 32);
  auto model = begun<tuned<device, ct::fixed>>({.seed = 3, .method = {.encoder_rate = 0.5}});
  const double before = ct::classify(model, data).accuracy;
  (void)model.fit(data, {.epochs = 10, .batch = 8});
  const auto found = ct::classify(model, data);
  UNSCOPED_INFO("before " << before << ", after " << found.accuracy);
  CHECK(found.accuracy > before + 0.1);
  CHECK(found.predicted.size() == 32);
  const temporary_folder folder;    // encoder and head under the names of any pipeline
  ct::save_weights(model, folder.path() / "all.safetensors", {.head = true});
  plain<device> other;
  ct::load_weights(other, folder.path() / "all.safetensors", {.head = true});
  CHECK(ct::classify(other, data).predicted == found.predicted);
}

TEST_CASE("settings of fine-tuning that no run can mean are refused by name") {
  using config = tuned<device>::types::method::config;
  const auto train_by = [](const config& method) {
    tuned<device> model{{.seed = 3, .method = method}};
    (void)model.fit(ct::first(images(), 32), {.epochs = 1, .batch = 8});
  };
  CHECK_THROWS_WITH(train_by({.encoder_rate = 0}),
                    contains("encoder_rate is the encoder's share of the learning rate"));
  CHECK_THROWS_WITH(train_by({.encoder_rate = -1}), contains("fine_tune<loss, frozen_encoder>"));
  CHECK_THROWS_WITH(train_by({.head_alone = 1}), contains("head_alone is the share of the run"));
  CHECK_THROWS_WITH(train_by({.head_alone = std::nan("")}), contains("method.head_alone"));
  CHECK_THROWS_AS(train_by({.encoder_rate = 0}), ct::argument_error);
}

TEST_CASE("an encoder goes from one pipeline to another, whose head and device stay its own") {
  using simclr = ct::pipeline<ct::reference, ct::image<28, 28, 1>, training_test::small_views, ct::small_convnet<4>,
                              ct::mlp<32, 16>, ct::nt_xent>;
  simclr from{{.seed = 7}};
  (void)from.fit(ct::unlabeled(ct::first(images(), 16)), {.epochs = 1, .batch = 8});
  tuned<device> to{{.seed = 3}};
  const auto before = weights_of(to);
  ct::copy_encoder(from, to);
  const auto source = weights_of(from), after = weights_of(to);
  for (const auto& [path, values] : after) {
    INFO(path);
    if (path.rfind("encoder.", 0) == 0) CHECK(values == source.at(path));
    else CHECK(values == before.at(path));
  }
  using wider = ct::pipeline<device, ct::image<28, 28, 1>, training_test::small_views, ct::small_convnet<6>,
                             ct::mlp<32, 16>, ct::nt_xent>;
  wider other;
  CHECK_THROWS_WITH(ct::copy_encoder(from, other), contains("copy_encoder: the encoders differ: "));
  CHECK_THROWS_AS(ct::copy_encoder(from, other), ct::argument_error);
}
