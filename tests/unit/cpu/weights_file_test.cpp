// SPDX-License-Identifier: MIT
// Laws of weights in files: PyTorch's are read, what is written is PyTorch's, and what does not fit changes nothing.
#include <contrastive/cpu.hpp>
#include <contrastive/io/npy.hpp>
#include <contrastive/model/weights_file.hpp>
#include <contrastive/models/resnet.hpp>
#include <contrastive/testing/trial.hpp>

#include "support/catch.hpp"
#include "support/contains.hpp"
#include "support/golden.hpp"
#include "support/message_of.hpp"
#include "support/size_limit.hpp"
#include "support/temporary_folder.hpp"
#include "support/training.hpp"

using namespace training_test;
using ct::testing::named_numbers;

namespace {

// the net of tests/golden/weights.py
template <int Classes = 4>
using small_net =
    ct::sequential<ct::named<"conv", ct::conv2d<3, 3, 1, 1, ct::bias::yes>>, ct::named<"bn", ct::batch_norm>, ct::relu,
                   ct::named<"point", ct::conv2d<2, 1>>, ct::global_average_pool, ct::named<"fc", ct::linear<Classes>>>;
using In = ct::image<6, 6, 2>;

ct::cpu& device() {
  static ct::cpu shared;
  return shared;
}
const std::filesystem::path of_torch = std::filesystem::path(CONTRASTIVE_GOLDEN_DIR) / "weights.safetensors";

template <class Net = small_net<>>
struct held {
  ct::weights<ct::cpu, Net, In> net{device()};
  explicit held(std::uint64_t seed) { ct::initialize(device(), net, seed); }
  named_numbers values() {
    auto all = ct::testing::values_of<Net>(device(), net.parameters.value);
    for (auto& statistic : ct::testing::values_of<Net>(device(), net.statistics.value)) all.push_back(statistic);
    return all;
  }
  void load(const std::filesystem::path& file, const ct::weights_file_options& o = {}) {
    ct::load_weights(device(), net, file, o);
  }
  void save(const std::filesystem::path& file, const ct::weights_file_options& o = {}) const {
    ct::save_weights(device(), net, file, o);
  }
};

using names_and_shapes = std::map<std::string, std::vector<int>>;
template <class Net>
names_and_shapes listed() {
  const ct::weights<ct::cpu, Net, ct::image<64, 64, 3>> net{device()};
  const auto all = ct::detail::stored(net, false);
  names_and_shapes found;
  for (const auto& w : all.weights) found[w.name] = {w.shape.begin(), w.shape.end()};
  for (const auto& name : all.counters) found[name] = {};
  return found;
}
names_and_shapes torchvision(const std::string& model) {
  names_and_shapes expected;
  for (const auto& entry : golden_names(model))
    if (entry.path.rfind("fc.", 0) != 0 && entry.path.rfind("classifier.", 0) != 0) expected[entry.path] = entry.shape;
  return expected;
}

}    // namespace

TEST_CASE("weights that PyTorch has written are read into this library's layout") {
  held all(1);
  all.load(of_torch);
  const golden expected{"weights"};
  for (const auto& [name, values] : all.values()) CHECK(values == expected[name].values);
  CHECK(all.values().size() == expected.names().size() - 1);    // the counter
}

TEST_CASE("what is written is byte for byte what PyTorch writes of the same weights") {
  const temporary_folder folder;
  held all(1);
  all.load(of_torch);
  all.save(folder / "a", {.batches = 1});
  CHECK(read_bytes(folder / "a") == read_bytes(of_torch));
}

TEST_CASE("a ResNet's tensors have torchvision's names and shapes, counters included") {
  CHECK(listed<ct::resnet18<ct::large_images>>() == torchvision("resnet18"));
}

TEST_CASE("a pipeline's encoder, or all of it, goes into another pipeline by a file") {
  const temporary_folder folder;
  const auto data = ct::first(images(), 4);
  small_pipeline<ct::cpu> one{{.seed = 1}}, other{{.seed = 2}};
  const auto before = weights_of(other);
  ct::save_weights(one, folder / "encoder");
  ct::load_weights(other, folder / "encoder");
  CHECK(other.embed(data) == one.embed(data));
  const auto after = weights_of(other), wanted = weights_of(one);
  for (const auto& [name, values] : after)
    CHECK(values == (name.rfind("head.", 0) == 0 ? before.at(name) : wanted.at(name)));
  ct::save_weights(one, folder / "all", {.head = true});
  ct::load_weights(other, folder / "all", {.head = true});
  CHECK(weights_of(other) == wanted);
  CHECK_THAT(message_of([&] { ct::load_weights(other, folder / "all"); }),
             contains("the file lacks 0.weight, 1.weight, 1.bias, 1.running_mean and 26 others; ") &&
                 contains("this network has no encoder.0.weight, "));
}

TEST_CASE("weights of another network are refused with the names and shapes that differ, and nothing has changed") {
  const temporary_folder folder;
  held<small_net<5>> other(1);
  const auto before = other.values();
  CHECK_THAT(message_of([&] { other.load(of_torch); }),
             contains("weights.safetensors': these are weights of another network: fc.bias is (4) and not (5), "
                      "fc.weight is (4, 2) and not (5, 2)") ||
                 contains("fc.weight is (4, 2) and not (5, 2), fc.bias is (4) and not (5)"));
  CHECK(other.values() == before);

  using encoder = ct::sequential<ct::named<"conv", ct::conv2d<3, 3, 1, 1, ct::bias::yes>>,
                                 ct::named<"bn", ct::batch_norm>, ct::relu, ct::named<"point", ct::conv2d<2, 1>>>;
  held<encoder> part(1);
  CHECK_THAT(message_of([&] { part.load(of_torch); }), contains(": this network has no fc.bias, fc.weight"));
  part.load(of_torch, {.ignore_others = true});
  held all(1);
  part.save(folder / "part");
  CHECK_THAT(message_of([&] { all.load(folder / "part", {.ignore_others = true}); }),
             contains(": the file lacks fc.weight, fc.bias"));
}

TEST_CASE("a damaged file of weights is refused: cut off anywhere, or with a header that does not fit") {
  const temporary_folder folder;
  const auto bytes = read_bytes(of_torch);
  held all(1);
  const auto before = all.values();
  const auto refusal = [&](const std::string& b) {
    return message_of([&] { all.load(write_bytes(folder / "b", b)); });
  };
  int refused = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) refused += refusal(bytes.substr(0, i)) != "no file_error was thrown";
  CHECK(refused == int(bytes.size()));
  CHECK_THAT(refusal(bytes.substr(0, 1000)), contains("/b': it is truncated: '") && contains("the file has 1000"));
  CHECK_THAT(refusal(bytes + "x"),
             contains("more bytes follow the last tensor, which ends at byte " + std::to_string(bytes.size())));
  CHECK_THAT(refusal("no weights at all"), contains("not a safetensors file"));
  CHECK_THAT(message_of([&] { all.load(folder / "none"); }), contains("cannot open") && contains("No such file"));
  for (std::size_t i = 0; i < 720; ++i) {    // of the header any byte may be wrong: an error or a load, never a crash
    auto other = bytes;
    other[i] = char(other[i] ^ 0x11);
    (void)refusal(other);
  }
  all.load(of_torch);
  CHECK_FALSE(all.values() == before);
}

TEST_CASE("headers of every kind are read as JSON has them") {
  const temporary_folder folder;
  const auto file = [&](std::string header, const std::string& values) {
    const auto size = std::uint64_t(header.size());
    std::string bytes(8, '\0');
    std::memcpy(bytes.data(), &size, 8);
    return write_bytes(folder / "a", bytes + header + values);
  };
  const ct::safetensors_reader empty(file("{}", ""));
  CHECK(empty.names().empty());
  const ct::safetensors_reader r(
      file("{ \"a\\u00e9\\n\" : {\"shape\":[ ],\"data_offsets\":[0, 4],\n\"dtype\":\"F32\"},"
           "\"none\":{\"dtype\":\"F32\",\"shape\":[0, 3],\"data_offsets\":[0,0]}, "
           "\"__metadata__\":{\"x\":\"{\"}} ",
           std::string("\0\0\x80\x3f", 4)));
  CHECK(r.names() == std::vector<std::string>{"a\xc3\xa9\n", "none"});
  CHECK(r.values<double>("a\xc3\xa9\n") == std::vector<double>{1});
  CHECK(r.shape("none") == ct::tensor_shape{0, 3});
  const auto refusal = [&](const std::string& header, const std::string& values = "") {
    return message_of([&] { ct::safetensors_reader{file(header, values)}; });
  };
  CHECK_THAT(refusal("{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,4]}}", "1234"),
             contains("'a' of F32 (4294967296, 4294967296) has 4 bytes"));
  CHECK_THAT(refusal("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", "12345678"),
             contains("'a' does not begin where"));
  CHECK_THAT(refusal("{\"a\":{\"dtype\":\"F32\"}}"), contains("expected two data_offsets"));
  CHECK_THAT(refusal("{\"a\":1}"), contains("its header is damaged: expected '{' at character 5"));
  CHECK_THAT(refusal("{} x"), contains("expected its end"));
  CHECK_THAT(
      message_of([&] {
        (void)ct::safetensors_reader{file("{\"a\":{\"dtype\":\"F16\",\"shape\":[1],\"data_offsets\":[0,2]}}", "12")}
            .values<float>("a");
      }),
      contains("'a' holds F16, expected F32, F64 or I64"));
}

TEST_CASE("whole numbers are no weights, and tensors of unknown types disturb only where they are asked for") {
  const temporary_folder folder;
  using fc = ct::sequential<ct::named<"fc", ct::linear<1, ct::bias::no>>>;
  ct::weights<ct::cpu, fc, ct::table<1>> net{device()};
  const auto load = [&](const std::string& element, std::size_t bytes, bool ignore_others) {
    const std::string end = std::to_string(bytes);
    std::string header = "{\"fc.weight\":{\"dtype\":\"" + element + "\",\"shape\":[1,1],\"data_offsets\":[0," + end +
                         "]},\"scale\":{\"dtype\":\"F8_E4M3\",\"shape\":[3],\"data_offsets\":[" + end + "," +
                         std::to_string(bytes + 3) + "]}}";
    header.resize(256, ' ');
    const std::string size("\0\1\0\0\0\0\0\0", 8);
    return message_of([&] {
      ct::load_weights(device(), net, write_bytes(folder / "a", size + header + std::string(bytes + 3, '\0')),
                       {.ignore_others = ignore_others});
    });
  };
  CHECK(load("F32", 4, true) == "no file_error was thrown");
  CHECK_THAT(load("F32", 4, false), contains("this network has no scale"));
  CHECK_THAT(load("I64", 8, true), contains("'fc.weight' holds I64, expected F32 or F64"));
  CHECK_THAT(load("BF16", 2, true), contains("'fc.weight' holds BF16, expected F32, F64 or I64"));
}

TEST_CASE("on a full disk, or where nothing can be written, saving is an error and the old file is intact") {
  const temporary_folder folder;
  held first(1), second(2);
  first.save(folder / "a");
  const auto before = read_bytes(folder / "a");
  std::string message;
  {
    const size_limit limit(1000);
    message = message_of([&] { second.save(folder / "a"); });
  }
  CHECK_THAT(message, contains("/a' was not written: cannot write") && contains("File too large"));
  CHECK(read_bytes(folder / "a") == before);
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
  CHECK_THAT(message_of([&] { second.save(folder / "no/such/a"); }),
             contains("cannot create") && contains("No such file"));
}

// For tests/golden/check_files.py, which reads them with torch, safetensors and numpy in the long run.
TEST_CASE("files are written where CONTRASTIVE_FILES says", "[files]") {
  const char* const folder = std::getenv("CONTRASTIVE_FILES");
  if (!folder) return;
  using resnet18 = ct::resnet18<ct::large_images>;
  ct::weights<ct::cpu, resnet18, ct::image<64, 64, 3>> net{device()};
  ct::initialize(device(), net, 1);
  net.each_parameter([](const ct::path& where, auto& p, auto&) {    // each number says where it is
    using S = ct::shape_of<decltype(p)>;
    if (where.text != "layer1.0.conv1.weight") return;
    for (int k = 0, i = 0; k < S::rows; ++k)
      for (int at = 0; at < S::height * S::width; ++at)
        for (int c = 0; c < S::channels; ++c, ++i) p.data[i] = float(k + c / 1e3 + at / 1e5);
  });
  const std::filesystem::path to(folder);
  ct::save_weights(device(), net, to / "encoder.safetensors", {.batches = 7});
  ct::save_weights(small_pipeline<ct::cpu>{}, to / "all.safetensors", {.head = true});
  ct::matrix embeddings(5, 3);
  for (std::size_t i = 0; i < 15; ++i) embeddings.data()[i] = float(double(i) / 7);
  ct::write_npy(to / "embeddings.npy", embeddings);
}
