// SPDX-License-Identifier: MIT
// Pipelines on tables, signals and tokens: they train, embed, freeze and are evaluated as those on images are.
#include <contrastive/augment/gaussian_noise.hpp>
#include <contrastive/augment/mask_features.hpp>
#include <contrastive/backend/reference.hpp>
#include <contrastive/data/memory.hpp>
#include <contrastive/data/subsets.hpp>
#include <contrastive/evaluate/linear_evaluation.hpp>
#include <contrastive/loss/nt_xent.hpp>
#include <contrastive/model/weights_file.hpp>
#include <contrastive/models/mlp.hpp>
#include <contrastive/nn/conv2d.hpp>
#include <contrastive/nn/embedding.hpp>
#include <contrastive/nn/pool.hpp>
#include <contrastive/optim/adam.hpp>
#include <contrastive/train/callbacks/checkpoints.hpp>
#include <contrastive/train/pipeline.hpp>

#include "support/backend_under_test.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include "support/tolerance.hpp"

namespace ct = contrastive;

namespace {

constexpr int classes = 3, count = 96;

/// Sample i has the class i mod 3; value(class, place, random) says its numbers.
template <class Sample>
struct generated {
  std::vector<ct::detail::stored_of<Sample>> values;
  std::vector<int> labels;
  explicit generated(auto&& value, std::uint64_t seed = 1) {
    ct::random_stream random{seed, {.what = ct::purpose::test}};
    for (int i = 0; i < count; ++i) {
      labels.push_back(i % classes);
      const double shift = random.uniform();
      for (int k = 0; k < int(Sample::size); ++k)
        values.push_back(ct::detail::stored_of<Sample>(value(labels.back(), k, shift, random)));
    }
  }
  ct::memory_dataset<Sample> data() const { return {values, labels, classes}; }
};

/// Each class has columns of its own that are large.
double cell(int label, int column, double, ct::random_stream& random) {
  return (column % classes == label ? 2 : 0) + 0.5 * random.normal();
}
/// Each class has a frequency.
double wave(int label, int k, double shift, ct::random_stream& random) {
  return std::sin((k / 2) * (0.4 + 0.5 * label) + 6 * shift) + 0.1 * random.normal();
}
/// Each class has ten words, and all share ten.
double word(int label, int, double, ct::random_stream& random) {
  return random.bernoulli(0.7) ? 10 * label + int(random.below(10)) : 30 + int(random.below(10));
}

template <class Sample, class Encoder, class Views = ct::n_views<2>>
using model_of = ct::pipeline<device, Sample, Views, Encoder, ct::mlp<16, 8>, ct::nt_xent, ct::adam>;

using row = ct::table<9>;
using table_model = model_of<row, ct::mlp<16, 12>, ct::views<ct::gaussian_noise, ct::mask_features>>;
using series = ct::signal<32, 2>;
using signal_encoder = ct::sequential<ct::conv2d<6, ct::sides{1, 3}>, ct::relu, ct::conv2d<8, ct::sides{1, 3}>,
                                      ct::relu, ct::global_average_pool>;
using signal_model = model_of<series, signal_encoder, ct::views<ct::gaussian_noise>>;
using sentence = ct::tokens<12, 40>;
using token_encoder = ct::sequential<ct::embedding<16>, ct::global_average_pool, ct::linear<12>>;
using token_model = model_of<sentence, token_encoder>;

template <class Model>
void learns(const auto& known, const auto& asked) {
  Model model{{.seed = 3, .optimizer = {.learning_rate = 0.01}}, shared_device()};
  const auto result = model.fit(ct::unlabeled(known.data()), {.epochs = 10, .batch = 24});
  CHECK(result.loss < result.chance_level);
  const auto frozen = model.freeze();
  const auto embedded = model.embed(asked.data());
  CHECK(embedded == frozen.embed(asked.data(), 7));
  CHECK((embedded.rows() == count && embedded.columns() == std::size_t(Model::feature_count)));
  CHECK(ct::linear_evaluation(frozen, known.data(), asked.data()).accuracy > 0.8);    // by chance 0.33
}

/// A data set that does not say that it lies in memory: several threads read it.
struct written {
  using sample = row;
  ct::memory_dataset<row> from;
  std::size_t size() const { return from.size(); }
  void read(std::size_t i, std::span<float> to) const { from.read(i, to); }
};
static_assert(ct::Dataset<written> && !ct::detail::LiesInMemory<written>);

struct stopping {
  int after;    // step
  ct::control on_step(const ct::step_info& info) const {
    return info.step == after ? ct::control::stop : ct::control::go_on;
  }
};

/// What a device holds, as double.
std::vector<double> downloaded(const auto& t) {
  std::vector<typename std::remove_cvref_t<decltype(t)>::element> host(ct::operand_of(t).size());
  shared_device().finish();
  shared_device().download(host.data(), t.data, host.size());
  shared_device().finish();
  return {host.begin(), host.end()};
}

/// Two views without augmentation, then what evaluation sees.
template <class Sample>
std::vector<double> handed_on(const std::vector<ct::detail::stored_of<Sample>>& values) {
  device& d = shared_device();
  const std::size_t n = values.size() / Sample::size;
  using pass = ct::view_pass<device, Sample, ct::n_views<2>>;
  pass make(d, n);
  ct::memory<device, ct::tensor<device, Sample, ct::detail::stored_of<Sample>>> stored(d, n);
  ct::memory<device, typename pass::images> out(d, 2 * n), seen(d, n);
  d.upload(stored.value.data, values.data(), values.size());
  std::vector<int> numbers(n);
  make.make(d, {}, numbers, stored.value, out.value);
  make.evaluate(d, stored.value, seen.value);
  auto all = downloaded(out.value);
  const auto more = downloaded(seen.value);
  all.insert(all.end(), more.begin(), more.end());
  return all;
}
template <class T>
std::vector<double> three_times(const std::vector<T>& values) {
  std::vector<double> all;
  for (int i = 0; i < 3; ++i) all.insert(all.end(), values.begin(), values.end());
  return all;
}

}    // namespace

TEST_CASE("a pipeline learns from tables") { learns<table_model>(generated<row>(cell), generated<row>(cell, 2)); }

TEST_CASE("a pipeline learns from signals") {
  learns<signal_model>(generated<series>(wave), generated<series>(wave, 2));
}

TEST_CASE("a pipeline learns from tokens") {
  learns<token_model>(generated<sentence>(word), generated<sentence>(word, 2));
}

TEST_CASE("training has the same bits for every number of threads that read") {
  const generated<row> known(cell);
  const written data{known.data()};
  const auto embedded = [&](int threads) {
    table_model model{{.seed = 3, .optimizer = {.learning_rate = 0.01}}, shared_device()};
    (void)model.fit(data, {.epochs = 2, .batch = 24, .reading_threads = threads});
    return model.embed(data);
  };
  const auto alone = embedded(1);
  CHECK(embedded(5) == alone);
  CHECK(embedded(0) == alone);
}

TEST_CASE("a run on tokens that was stopped ends with the bits of one that was not, and its weights can be filed") {
  const generated<sentence> text(word);
  const temporary_folder folder;
  const auto run = [&](const char* name, int stop_after) {
    token_model model{{.seed = 3, .optimizer = {.learning_rate = 0.01}}, shared_device()};
    (void)model.fit(text.data(), {.epochs = 3, .batch = 24}, ct::checkpoints{folder / name}, stopping{stop_after});
    ct::save_weights(model, folder / "weights.safetensors");
    return model.embed(text.data());
  };
  const auto whole = run("whole", -1), stopped = run("stopped", 5);
  CHECK(stopped != whole);
  CHECK(run("stopped", -1) == whole);
  token_model other{{.seed = 4}, shared_device()};
  ct::load_weights(other, folder / "weights.safetensors");
  CHECK(other.embed(text.data()) == whole);
}

TEST_CASE("without augmentation views are the stored floats and tokens themselves") {
  const std::vector<float> values{-3.5f, 0, 1e-20f, 7e8f, 0.1f, -1};
  CHECK(handed_on<ct::table<3>>(values) == three_times(values));
  CHECK(handed_on<ct::signal<3, 2>>(values) == three_times(values));
  const std::vector<std::int32_t> words{0, 16777217, 2147483646, 5};    // more than a float could tell apart
  CHECK(handed_on<ct::tokens<2, 2147483647>>(words) == three_times(words));
}

TEST_CASE("a token that is no word is told by fit, embed and read in one sentence") {
  generated<sentence> text(word);
  text.values[5 * 12 + 3] = 40;
  token_model model{{.seed = 3}, shared_device()};
  const char* sentence_of_it = "token 3 of sample 5 is 40; expected 0 to 39";
  CHECK_THROWS_WITH(model.fit(ct::unlabeled(text.data()), {.epochs = 1, .batch = count}), sentence_of_it);
  CHECK_THROWS_AS(model.embed(text.data()), ct::data_error);
  CHECK_THROWS_WITH(model.freeze().read(text.data(), 4), sentence_of_it);
}

TEST_CASE("the embeddings of tables, signals and tokens are the reference's") {
  const auto equals = []<class Model, class Oracle>(std::type_identity<Model>, std::type_identity<Oracle>,
                                                    const auto& data) {
    ct::reference oracle;
    const Model found{{.seed = 5}, shared_device()};
    const Oracle expected{{.seed = 5}, oracle};
    const auto a = found.embed(data), b = expected.embed(data);
    CHECK(relative_rms(std::vector<float>(a.data(), a.data() + a.rows() * a.columns()),
                       std::vector<double>(b.data(), b.data() + b.rows() * b.columns())) <
          tolerance::small_network_float);
  };
  using ct::reference;
  using of_rows = ct::pipeline<reference, row, ct::n_views<2>, ct::mlp<16, 12>, ct::mlp<16, 8>, ct::nt_xent>;
  using of_series = ct::pipeline<reference, series, ct::n_views<2>, signal_encoder, ct::mlp<16, 8>, ct::nt_xent>;
  using of_text = ct::pipeline<reference, sentence, ct::n_views<2>, token_encoder, ct::mlp<16, 8>, ct::nt_xent>;
  equals(std::type_identity<table_model>{}, std::type_identity<of_rows>{}, generated<row>(cell).data());
  equals(std::type_identity<signal_model>{}, std::type_identity<of_series>{}, generated<series>(wave).data());
  equals(std::type_identity<token_model>{}, std::type_identity<of_text>{}, generated<sentence>(word).data());
}
