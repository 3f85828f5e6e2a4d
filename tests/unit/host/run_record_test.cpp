// SPDX-License-Identifier: MIT
// A checkpoint knows what run it belongs to: every part by name, and every number.
#include <contrastive/augment/gaussian_blur.hpp>
#include <contrastive/augment/horizontal_flip.hpp>
#include <contrastive/augment/random_crop.hpp>
#include <contrastive/backend/reference.hpp>
#include <contrastive/data/subsets.hpp>
#include <contrastive/loss/cross_entropy.hpp>
#include <contrastive/loss/nt_xent.hpp>
#include <contrastive/loss/sup_con.hpp>
#include <contrastive/method/method_concepts.hpp>
#include <contrastive/methods/moco.hpp>
#include <contrastive/models/mlp.hpp>
#include <contrastive/nn/batch_norm.hpp>
#include <contrastive/nn/conv2d.hpp>
#include <contrastive/nn/pool.hpp>
#include <contrastive/optim/adam.hpp>
#include <contrastive/optim/sgd.hpp>
#include <contrastive/train/callbacks/checkpoints.hpp>
#include <contrastive/train/pipeline.hpp>

#include <set>

#include "support/catch.hpp"
#include "support/contains.hpp"
#include "support/temporary_folder.hpp"

namespace ct = contrastive;

namespace {

using sample = ct::image<6, 6, 1>;
template <class... A>
using encoder_with = ct::sequential<ct::conv2d<4, 3>, ct::batch_norm, A..., ct::global_average_pool>;
using head = ct::mlp<8, 4>;

/// Images of noise in two classes.
struct noise {
  using sample = ::sample;
  int count = 32, seed = 1, labels = 2;
  int size() const { return count; }
  void read(std::size_t i, std::span<std::uint8_t> to) const {
    std::uint32_t word = std::uint32_t(i) * 7919u + std::uint32_t(seed);
    for (auto& p : to) p = std::uint8_t((word = word * 1664525u + 1013904223u) >> 24);
  }
  int label_at(std::size_t i) const { return int(i) % labels; }
  int classes() const { return 2; }
};

template <class Views = ct::n_views<2, ct::horizontal_flip>, class Encoder = encoder_with<ct::relu>, class Head = head,
          class X = ct::nt_xent, class Optimizer = ct::sgd>
using types = ct::setup<ct::reference, sample, Views, Encoder, Head, ct::detail::method_of<X>, Optimizer>;

template <class S, class Schedule = ct::warmup_cosine>
std::map<std::string, std::string> record(const typename S::settings& s = {}, const noise& data = {},
                                          const ct::fit_options<Schedule>& o = {}) {
  ct::reference device;
  return ct::run_record<S>(device, s, o, data).values;
}
/// The names of what differs, be it on one side only.
std::set<std::string> differences(const std::map<std::string, std::string>& a,
                                  const std::map<std::string, std::string>& b) {
  std::set<std::string> names;
  for (const auto& [name, value] : a)
    if (const auto at = b.find(name); at == b.end() || at->second != value) names.insert(name);
  for (const auto& [name, value] : b)
    if (!a.contains(name)) names.insert(name);
  return names;
}
using names = std::set<std::string>;

}    // namespace

TEST_CASE("a type is the same text for every compiler, with the arguments that nobody wrote") {
  CHECK(ct::detail::type_text<ct::conv2d<64, 3>>() == "conv2d<64, 3, 1, 1, 0>");
  CHECK(ct::detail::type_text<ct::n_views<2, ct::random_crop<4>, ct::horizontal_flip>>() ==
        "n_views<2, random_crop<4, 4>, horizontal_flip>");
  CHECK(ct::detail::type_text<ct::named<"conv1", ct::relu>>() == "named<\"conv1\", relu>");
  CHECK(ct::detail::type_text<ct::mlp<8, 4>>() == "sequential<linear<8, 1>, relu, linear<4, 1>>");
  CHECK(ct::detail::type_text<ct::detail::by_loss<ct::sup_con_in>>() == "by_loss<sup_con_in>");
  struct local {};
  CHECK(ct::detail::type_text<ct::sequential<local, noise>>() == "sequential<local, noise>");
  CHECK(ct::detail::type_text<ct::sequential<>>() == "sequential");
  CHECK(ct::detail::type_text<ct::image<1, 2, 3>>() == "image<1, 2, 3>");
  CHECK((ct::detail::bare_name<ct::conv2d<64, 3>>() == "conv2d" && ct::detail::bare_name<local>() == "local"));
}

TEST_CASE("the record tells each part from another one") {
  using base = types<>;
  const auto all = record<base>();
  CHECK(differences(all, record<base>()).empty());
  CHECK((all.at("loss") == "nt_xent" && all.at("layers.encoder.0") == "conv2d<4, 3, 1, 1, 0>"));

  CHECK(differences(all, record<types<ct::n_views<3, ct::horizontal_flip>>>()) == names{"views"});
  CHECK(differences(record<types<ct::n_views<2, ct::random_crop<4>>>>(),
                    record<types<ct::n_views<2, ct::random_crop<5>>>>()) == names{"views"});
  using gelu = types<typename base::views, encoder_with<ct::gelu>>;
  CHECK(differences(all, record<gelu>()) == names{"layers.encoder.2"});
  using pooled = types<typename base::views, encoder_with<ct::max_pool<2>>>;
  using avoided = types<typename base::views, encoder_with<ct::max_pool<2, 1>>>;
  CHECK(differences(record<pooled>(), record<avoided>()) == names{"layers.encoder.2"});
  using deeper = types<typename base::views, typename base::encoder, ct::mlp<8, 8, 4>>;
  CHECK(differences(all, record<deeper>()) == names{"layers.head.2", "layers.head.3", "layers.head.4"});
  using sup = types<typename base::views, typename base::encoder, head, ct::sup_con>;
  using sup_in = types<typename base::views, typename base::encoder, head, ct::sup_con_in>;
  CHECK(differences(record<sup>(), record<sup_in>()) == names{"loss"});
  using moco = types<typename base::views, typename base::encoder, head, ct::moco<64>>;
  using longer = types<typename base::views, typename base::encoder, head, ct::moco<128>>;
  CHECK(differences(record<moco>(), record<longer>()) == names{"method"});
  using adam = types<typename base::views, typename base::encoder, head, ct::nt_xent, ct::adam>;
  CHECK(differences(all, record<adam>()).contains("optimizer"));
  CHECK(differences(all, record<base, ct::constant_rate>()) ==
        names{"schedule", "schedule.final_share", "schedule.warmup"});
}

TEST_CASE("the record tells numbers and samples from others") {
  using base = types<>;
  const auto all = record<base>();
  CHECK(differences(all, record<base>({.loss = {.temperature = 0.25}})) == names{"loss.temperature"});
  base::settings slower;
  slower.network.all<ct::batch_norm>([](auto& c) { c.momentum = 0.01; });
  const auto moved = differences(all, record<base>(slower));
  REQUIRE(moved.size() == 1);
  CHECK_THAT(*moved.begin(), contains("network.") && contains(".momentum"));
  CHECK(differences(all, record<base>({}, {.count = 33})) == names{"samples"});
  CHECK(differences(all, record<base>({}, {.seed = 2})) == names{"samples"});
  CHECK(differences(all, record<base>({}, {}, {.epochs = 11})) == names{"epochs"});
  // labels count where the loss looks at them
  CHECK(differences(all, record<base>({}, {.labels = 3})).empty());
  using classes = types<typename base::views, typename base::encoder, head, ct::cross_entropy>;
  CHECK(differences(record<classes>(), record<classes>({}, {.labels = 3})) == names{"samples"});
}

TEST_CASE("a setting that has gone is refused as one that is new") {
  ct::detail::settings_record run;
  run.add("a", 1);
  run.require_equal({{"a", "1"}}, "file");
  CHECK_THROWS_WITH(run.require_equal({{"a", "1"}, {"b", "2"}}, "file"),
                    "cannot resume from file: it was written with b = 2, this run has (nothing); resume with the same "
                    "settings or choose another folder");
  CHECK_THROWS_WITH(run.require_equal({}, "file"), contains("with a = (nothing), this run has 1;"));
}

TEST_CASE("a run does not go on from a checkpoint of another loss, and the model stays as it was") {
  temporary_folder folder;
  using pairs = ct::pipeline<ct::reference, sample, ct::n_views<2, ct::horizontal_flip>, encoder_with<ct::relu>, head,
                             ct::sup_con>;
  using other = ct::pipeline<ct::reference, sample, ct::n_views<2, ct::horizontal_flip>, encoder_with<ct::relu>, head,
                             ct::sup_con_in>;
  pairs first;
  (void)first.fit(noise{}, {.epochs = 1, .batch = 8}, ct::checkpoints{folder / "run"});
  other second;
  const auto before = second.embed(noise{});
  const auto go_on = [&](auto& model, const noise& data, double rate) {
    try {
      (void)model.fit(data, {.epochs = 1, .batch = 8, .schedule = {.warmup = rate}}, ct::checkpoints{folder / "run"});
    } catch (const ct::argument_error& refused) {
      return std::string(refused.what());
    }
    return std::string("went on");
  };
  CHECK_THAT(go_on(second, {}, 0.1), contains("last.checkpoint: it was written with loss = sup_con, this run has "
                                              "sup_con_in; resume with the same settings"));
  CHECK_THAT(go_on(first, {.seed = 2}, 0.1), contains("written with samples = image<6, 6, 1>, 32 samples, "));
  CHECK_THAT(go_on(first, {}, 0.2), contains("schedule.warmup = 0.1, this run has 0.2"));
  CHECK(go_on(first, {}, 0.1) == "went on");
  const auto after = second.embed(noise{});
  for (std::size_t i = 0; i < before.rows(); ++i) CHECK(std::ranges::equal(before.row(i), after.row(i)));
}

TEST_CASE("a run whose checkpoint lacks a part of its state leaves the model as it was") {
  temporary_folder folder;
  using model_type = ct::pipeline<ct::reference, sample, ct::n_views<2, ct::horizontal_flip>, encoder_with<ct::relu>,
                                  head, ct::sup_con>;
  model_type one;
  (void)one.fit(noise{}, {.epochs = 1, .batch = 8}, ct::checkpoints{folder.path()});
  const auto file = ct::detail::open_checkpoint(folder / "last.checkpoint");
  for (const auto& left_out : file.names()) {
    ct::safetensors_writer copy;
    for (const auto& [key, text] : file.texts())
      if (key != "crc32") copy.set(key, text);
    for (const auto& name : file.names())
      if (name != left_out) copy.add(name, std::span<const double>(file.values<double>(name)), file.shape(name));
    copy.write_with_sum(folder / "last.checkpoint");
    model_type two;
    const auto before = two.embed(noise{});
    CHECK_THROWS_AS(two.fit(noise{}, {.epochs = 1, .batch = 8}, ct::checkpoints{folder.path()}), ct::file_error);
    const auto after = two.embed(noise{});
    for (std::size_t i = 0; i < before.rows(); ++i) CHECK(std::ranges::equal(before.row(i), after.row(i)));
  }
}

TEST_CASE("labels that the loss does not look at are never read") {
  struct half_labeled : noise {
    int label_at(std::size_t i) const { return i % 2 == 0 ? -1 : throw std::runtime_error("nobody knows"); }
  };
  temporary_folder folder;
  const noise labeled;
  using alone = ct::pipeline<ct::reference, sample, ct::n_views<2, ct::horizontal_flip>, encoder_with<ct::relu>, head,
                             ct::nt_xent>;
  alone with, without;
  const auto one = with.fit(half_labeled{}, {.epochs = 1, .batch = 8}, ct::checkpoints{folder / "run"});
  const auto other = without.fit(ct::unlabeled(labeled), {.epochs = 1, .batch = 8});
  CHECK((one.ended == ct::outcome::finished && one.loss == other.loss));
}
