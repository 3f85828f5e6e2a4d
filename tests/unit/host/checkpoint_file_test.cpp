// SPDX-License-Identifier: MIT
// Laws of checkpoint files, which are safetensors files with a sum of their bytes.
#include <contrastive/io/checkpoint_file.hpp>

#include <bit>
#include <cstring>
#include <limits>

#include "support/catch.hpp"
#include "support/contains.hpp"
#include "support/message_of.hpp"
#include "support/size_limit.hpp"
#include "support/temporary_folder.hpp"

using namespace contrastive;

namespace {

static_assert(contrastive::detail::TensorElement<float> && contrastive::detail::TensorElement<std::int64_t> &&
              !contrastive::detail::TensorElement<char> && !contrastive::detail::TensorElement<long double>);

const std::vector<float> weights{1, -2.5f, std::numeric_limits<float>::denorm_min(), 4, 5, -0.f};

safetensors_writer empty_checkpoint() {
  safetensors_writer w;
  w.set(contrastive::detail::checkpoint_key, contrastive::detail::checkpoint_version);
  return w;
}
safetensors_writer sample() {
  safetensors_writer w = empty_checkpoint();
  w.add("encoder.conv1.weight", std::span(weights), {2, 3});
  w.add("step", std::span<const std::int64_t>(std::vector<std::int64_t>{1234567890123}), {1});
  w.add("odd", std::span(weights).first(5), {5});
  w.add("loss", std::span<const double>(std::vector<double>{0.1}), {1, 1});
  w.add("none", std::span<const float>{}, {0});
  w.set("epoch", "3");
  w.set("config", "a text with\nlines, \"quotes\" and ü");
  return w;
}
void open(const std::filesystem::path& file) { (void)contrastive::detail::open_checkpoint(file); }

}    // namespace

TEST_CASE("what is written is read, bit for bit") {
  temporary_folder folder;
  sample().write_with_sum(folder / "a");
  const auto r = contrastive::detail::open_checkpoint(folder / "a");
  const auto read = r.exactly<float>("encoder.conv1.weight", 6);
  for (std::size_t i = 0; i < 6; ++i)
    CHECK(std::bit_cast<std::uint32_t>(read[i]) == std::bit_cast<std::uint32_t>(weights[i]));
  CHECK(r.shape("encoder.conv1.weight") == tensor_shape{2, 3});
  CHECK(r.exactly<std::int64_t>("step", 1)[0] == 1234567890123);
  CHECK(r.exactly<double>("loss", 1)[0] == 0.1);
  CHECK(r.exactly<float>("none", 0).empty());
  CHECK(r.text("config") == "a text with\nlines, \"quotes\" and ü");
  CHECK(r.number<int>("epoch") == 3);
  CHECK(r.names() == std::vector<std::string>{"encoder.conv1.weight", "loss", "none", "odd", "step"});
  CHECK((r.has("odd") && !r.has("even") && r.has_text("epoch") && !r.has_text("step")));
}

TEST_CASE("the same contents give the same bytes, in whatever order they came") {
  temporary_folder folder;
  safetensors_writer a, b;
  a.set("x", "1"), a.set("y", "2"), b.set("y", "3"), b.set("y", "2"), b.set("x", "1");
  a.add("p", std::span(weights), {6}), a.add("q", std::span(weights), {6});
  b.add("q", std::span(weights), {6}), b.add("p", std::span(weights), {6});
  a.write_with_sum(folder / "a"), b.write_with_sum(folder / "b");
  CHECK(read_bytes(folder / "a") == read_bytes(folder / "b"));
}

TEST_CASE("an empty checkpoint is one too") {
  temporary_folder folder;
  empty_checkpoint().write_with_sum(folder / "a");
  CHECK(contrastive::detail::open_checkpoint(folder / "a").names().empty());
}

TEST_CASE("another reader of safetensors sees the same texts and tensors") {
  temporary_folder folder;
  sample().write_with_sum(folder / "a");
  const safetensors_reader r{folder / "a"};
  CHECK((r.text("epoch") == "3" && r.text("format") == "pt" && r.text("crc32").size() == 8));
  CHECK(r.values<double>("loss") == std::vector<double>{0.1});
}

TEST_CASE("a shape that does not hold the values, or a name twice, is refused") {
  safetensors_writer w;
  CHECK_THROWS_WITH(w.add("x", std::span(weights), {2, 2}), "safetensors: 'x' has 6 values; its shape holds 4");
  w.add("x", std::span(weights), {6});
  CHECK_THROWS_WITH(w.add("x", std::span(weights), {6}), "safetensors: there is already a tensor 'x'");
}

TEST_CASE("asking for what is not there names it, and what was found") {
  temporary_folder folder;
  sample().write_with_sum(folder / "a");
  const auto r = contrastive::detail::open_checkpoint(folder / "a");
  CHECK_THAT(message_of([&] { (void)r.exactly<float>("head.weight", 1); }),
             contains("/a': there is no tensor 'head.weight'"));
  CHECK_THAT(message_of([&] { (void)r.exactly<float>("encoder.conv1.weight", 8); }),
             contains("'encoder.conv1.weight' has 6 values, expected 8"));
  CHECK_THAT(message_of([&] { (void)r.exactly<float>("loss", 1); }), contains("'loss' holds F64, expected F32"));
  CHECK_THAT(message_of([&] { (void)r.text("batch"); }), contains("there is no text 'batch'"));
  CHECK_THAT(message_of([&] { (void)r.number<int>("config"); }), contains("expected a whole number"));
}

TEST_CASE("a checkpoint with any byte changed, or cut off anywhere, is refused") {
  temporary_folder folder;
  sample().write_with_sum(folder / "a");
  const auto bytes = read_bytes(folder / "a");
  int refused = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    auto damaged = bytes;
    damaged[i] = char(damaged[i] ^ 0x10);
    refused += message_of([&] { open(write_bytes(folder / "b", damaged)); }) != "no file_error was thrown";
    refused += message_of([&] { open(write_bytes(folder / "b", bytes.substr(0, i))); }) != "no file_error was thrown";
  }
  CHECK(refused == 2 * int(bytes.size()));
  CHECK_THROWS_AS(open(write_bytes(folder / "b", bytes + '\0')), file_error);
}

TEST_CASE("a refusal says what is wrong with the file") {
  temporary_folder folder;
  sample().write_with_sum(folder / "a");
  const auto bytes = read_bytes(folder / "a");
  const auto refusal = [&](const std::string& b) { return message_of([&] { open(write_bytes(folder / "b", b)); }); };
  CHECK_THAT(refusal("{\"weights\": []}"), contains("/b': not a safetensors file"));
  CHECK_THAT(refusal("CTSTATE\n\1\0\0\0"), contains("/b': this is a checkpoint of an older version of this library"));
  CHECK_THAT(refusal(bytes.substr(0, 100)), contains("or truncated: it has 100 bytes"));
  CHECK_THAT(refusal(bytes.substr(0, bytes.size() - 1)), contains("it is truncated: 'odd' ends at byte"));
  auto damaged = bytes;
  damaged[bytes.size() - 20] ^= 1;
  CHECK_THAT(refusal(damaged), contains("it is damaged: its sum does not fit its bytes"));
  CHECK_THAT(message_of([&] { open(folder / "c"); }), contains("/c'") && contains("No such file"));
}

TEST_CASE("weights, a newer checkpoint and one without a sum are refused in a sentence") {
  temporary_folder folder;
  safetensors_writer w;
  w.add("conv1.weight", std::span(weights), {6});
  w.write(folder / "weights");
  CHECK_THAT(message_of([&] { open(folder / "weights"); }),
             contains("/weights': not a checkpoint: its metadata have no contrastive.checkpoint"));
  w.set(contrastive::detail::checkpoint_key, contrastive::detail::checkpoint_version);
  w.write(folder / "bare");
  CHECK_THAT(message_of([&] { open(folder / "bare"); }), contains("it does not begin with the sum of its bytes"));
  w.set(contrastive::detail::checkpoint_key, "3");
  w.write_with_sum(folder / "newer");
  CHECK_THAT(message_of([&] { open(folder / "newer"); }), contains("it is a checkpoint of version 3, expected 2"));
}

TEST_CASE("a lying file with the right sum is refused without reading beyond it") {
  temporary_folder folder;
  sample().write_with_sum(folder / "a");
  const auto bytes = read_bytes(folder / "a");
  const std::size_t sum_at = 8 + detail::sum_prefix.size();
  for (std::size_t i = 0; i < bytes.size(); ++i)
    for (const char value : {'\0', '\x7f', '\xff', '9', '"', '}'}) {
      auto lying = bytes;
      lying[i] = value;
      lying.replace(sum_at, 8, "00000000");
      lying.replace(sum_at, 8, detail::text_of_sum(detail::add_to_sum(0, std::as_bytes(std::span(lying)))));
      write_bytes(folder / "b", lying);
      try {    // harmless changes (a letter of a name, a value) may pass
        const auto r = contrastive::detail::open_checkpoint(folder / "b");
        for (const auto& name : r.names())
          if (r.element(name) == "F32") (void)r.values<float>(name);
      } catch (const file_error& refused) {
        CHECK_FALSE(std::string(refused.what()).empty());
      }
    }
  SUCCEED();
}

TEST_CASE("a write replaces the old file, and leaves nothing beside it") {
  temporary_folder folder;
  write_bytes(folder / "a", "old");
  write_bytes(folder / "a.partial", "left behind by a crash");
  sample().write_with_sum(folder / "a");
  CHECK(contrastive::detail::open_checkpoint(folder / "a").has("odd"));
  CHECK(!std::filesystem::exists(folder / "a.partial"));
}

TEST_CASE("a write that fails halfway leaves the old file as it was, and says why") {
  temporary_folder folder;
  sample().write_with_sum(folder / "a");
  const auto before = read_bytes(folder / "a");
  safetensors_writer large;
  const std::vector<float> many(100000);
  large.add("many", std::span(many), {100000});
  std::string message;
  {
    const size_limit limit(100000);
    message = message_of([&] { large.write_with_sum(folder / "a"); });
  }
  CHECK_THAT(message, contains("/a' was not written: cannot write") && contains("File too large"));
  CHECK(read_bytes(folder / "a") == before);
  CHECK(!std::filesystem::exists(folder / "a.partial"));
}

TEST_CASE("a write into nowhere, or onto a folder, is refused and leaves nothing behind") {
  temporary_folder folder;
  CHECK_THAT(message_of([&] { sample().write_with_sum(folder / "no/such/a"); }),
             contains("cannot create") && contains("No such file"));
  std::filesystem::create_directories(folder / "d" / "inside");
  CHECK_THAT(message_of([&] { sample().write_with_sum(folder / "d"); }),
             contains("/d' was not written: cannot put it in place") && contains("directory"));
  CHECK(std::filesystem::is_directory(folder / "d" / "inside"));
  CHECK(!std::filesystem::exists(folder / "d.partial"));
}

TEST_CASE("a file without commit was never there") {
  temporary_folder folder;
  {
    detail::whole_file file(folder / "a");
    file.write(std::as_bytes(std::span(weights)));
    CHECK(std::filesystem::exists(folder / "a.partial"));
  }
  CHECK(std::filesystem::is_empty(folder.path()));
}
