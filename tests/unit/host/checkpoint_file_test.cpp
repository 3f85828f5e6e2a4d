// SPDX-License-Identifier: MIT
// Laws of checkpoint files.
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

static_assert(Storable<float> && Storable<std::uint64_t> && !Storable<char> && !Storable<long double>);

const std::vector<float> weights{1, -2.5f, std::numeric_limits<float>::denorm_min(), 4, 5, -0.f};

checkpoint_writer sample() {
  checkpoint_writer w;
  w.add("encoder.conv1.weight", std::span(weights), {2, 3});
  w.add("step", std::span<const std::int64_t>(std::vector<std::int64_t>{1234567890123}));
  w.add("odd", std::span<const std::uint8_t>(std::vector<std::uint8_t>{7, 8, 9}));
  w.add("loss", std::span<const double>(std::vector<double>{0.1}), {1, 1});
  w.add("none", std::span<const float>{});
  w.set("epoch", "3");
  w.set("config", "a text with\nlines, \"quotes\" and ü");
  return w;
}

}    // namespace

TEST_CASE("what is written is read, bit for bit") {
  temporary_folder folder;
  sample().write(folder / "a");
  const checkpoint_reader r{folder / "a"};
  const auto read = r.floats("encoder.conv1.weight", 6);
  for (std::size_t i = 0; i < 6; ++i)
    CHECK(std::bit_cast<std::uint32_t>(read[i]) == std::bit_cast<std::uint32_t>(weights[i]));
  CHECK(r.shape("encoder.conv1.weight") == std::vector<std::uint64_t>{2, 3});
  CHECK(r.values<std::int64_t>("step", 1)[0] == 1234567890123);
  CHECK(r.values<std::uint8_t>("odd", 3) == std::vector<std::uint8_t>{7, 8, 9});
  CHECK(r.values<double>("loss", 1)[0] == 0.1);
  CHECK(r.floats("none", 0).empty());
  CHECK(r.text("config") == "a text with\nlines, \"quotes\" and ü");
  CHECK(r.number<int>("epoch") == 3);
  CHECK(r.names() == std::vector<std::string>{"encoder.conv1.weight", "loss", "none", "odd", "step"});
  CHECK((r.has("odd") && !r.has("even") && r.has_text("epoch") && !r.has_text("step")));
}

TEST_CASE("the same contents give the same bytes, in whatever order they came") {
  temporary_folder folder;
  checkpoint_writer a, b;
  a.set("x", "1"), a.set("y", "2"), b.set("y", "3"), b.set("y", "2"), b.set("x", "1");
  a.add("p", std::span(weights)), a.add("q", std::span(weights), {6});
  b.add("q", std::span(weights)), b.add("p", std::span(weights));
  a.write(folder / "a"), b.write(folder / "b");
  CHECK(read_bytes(folder / "a") == read_bytes(folder / "b"));
}

TEST_CASE("an empty checkpoint is one too") {
  temporary_folder folder;
  checkpoint_writer{}.write(folder / "a");
  CHECK(checkpoint_reader{folder / "a"}.names().empty());
}

TEST_CASE("a shape that does not hold the values, or a name twice, is refused") {
  checkpoint_writer w;
  CHECK_THROWS_WITH(w.add("x", std::span(weights), {2, 2}), "checkpoint: 'x' has 6 values; its shape holds 4");
  w.add("x", std::span(weights));
  CHECK_THROWS_WITH(w.add("x", std::span(weights)), "checkpoint: there is already an array 'x'");
}

TEST_CASE("asking for what is not there names it, and what was found") {
  temporary_folder folder;
  sample().write(folder / "a");
  const checkpoint_reader r{folder / "a"};
  CHECK_THAT(message_of([&] { (void)r.floats("head.weight", 1); }), contains("/a': there is no array 'head.weight'"));
  CHECK_THAT(message_of([&] { (void)r.floats("encoder.conv1.weight", 8); }),
             contains("'encoder.conv1.weight' has 6 values, expected 8"));
  CHECK_THAT(message_of([&] { (void)r.floats("loss", 1); }), contains("'loss' holds float64, expected float32"));
  CHECK_THAT(message_of([&] { (void)r.text("batch"); }), contains("there is no text 'batch'"));
  CHECK_THAT(message_of([&] { (void)r.number<int>("config"); }), contains("expected a whole number"));
  std::vector<float> few(5);
  CHECK_THAT(message_of([&] { r.read("encoder.conv1.weight", std::span(few)); }), contains("has 6 values, expected 5"));
}

TEST_CASE("a checkpoint with any byte changed, or cut off anywhere, is refused") {
  temporary_folder folder;
  sample().write(folder / "a");
  const auto bytes = read_bytes(folder / "a");
  int refused = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    auto damaged = bytes;
    damaged[i] = char(damaged[i] ^ 0x10);
    refused += message_of([&] { checkpoint_reader{write_bytes(folder / "b", damaged)}; }) != "no file_error was thrown";
    refused += message_of([&] { checkpoint_reader{write_bytes(folder / "b", bytes.substr(0, i))}; }) !=
               "no file_error was thrown";
  }
  CHECK(refused == 2 * int(bytes.size()));
  CHECK_THROWS_AS(checkpoint_reader{write_bytes(folder / "b", bytes + '\0')}, file_error);
}

TEST_CASE("a refusal says what is wrong with the file") {
  temporary_folder folder;
  sample().write(folder / "a");
  const auto bytes = read_bytes(folder / "a");
  const auto refusal = [&](const std::string& b) {
    return message_of([&] { checkpoint_reader{write_bytes(folder / "b", b)}; });
  };
  CHECK_THAT(refusal("{\"weights\": []}"), contains("/b': not a checkpoint"));
  CHECK_THAT(refusal(bytes.substr(0, 100)), contains("it has 100 bytes, expected " + std::to_string(bytes.size())));
  auto newer = bytes, damaged = bytes;
  newer[8] = 2, damaged[bytes.size() - 20] ^= 1;
  CHECK_THAT(refusal(newer), contains("it has version 2, expected 1"));
  CHECK_THAT(refusal(damaged), contains("it is damaged: its sum does not fit its bytes"));
  CHECK_THAT(message_of([&] { checkpoint_reader{folder / "c"}; }), contains("/c'") && contains("No such file"));
}

TEST_CASE("a lying file with the right sum is refused without reading beyond it") {
  temporary_folder folder;
  sample().write(folder / "a");
  const auto bytes = read_bytes(folder / "a");
  for (std::size_t i = 20; i + 4 < bytes.size(); ++i)
    for (const char value : {'\0', '\x7f', '\xff'}) {
      auto lying = bytes;
      lying[i] = value;
      const auto sum = std::uint32_t(crc32(0, reinterpret_cast<const Bytef*>(lying.data()), uInt(lying.size() - 4)));
      std::memcpy(lying.data() + lying.size() - 4, &sum, 4);
      write_bytes(folder / "b", lying);
      try {    // harmless changes (a letter of a name, a value) may pass
        const checkpoint_reader r{folder / "b"};
        for (const auto& name : r.names()) (void)r.shape(name);
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
  sample().write(folder / "a");
  CHECK(checkpoint_reader{folder / "a"}.has("odd"));
  CHECK(!std::filesystem::exists(folder / "a.partial"));
}

TEST_CASE("a write that fails halfway leaves the old file as it was, and says why") {
  temporary_folder folder;
  sample().write(folder / "a");
  const auto before = read_bytes(folder / "a");
  checkpoint_writer large;
  const std::vector<float> many(100000);
  large.add("many", std::span(many));
  std::string message;
  {
    const size_limit limit(100000);
    message = message_of([&] { large.write(folder / "a"); });
  }
  CHECK_THAT(message, contains("/a' was not written: cannot write") && contains("File too large"));
  CHECK(read_bytes(folder / "a") == before);
  CHECK(!std::filesystem::exists(folder / "a.partial"));
}

TEST_CASE("a write into nowhere, or onto a folder, is refused and leaves nothing behind") {
  temporary_folder folder;
  CHECK_THAT(message_of([&] { sample().write(folder / "no/such/a"); }),
             contains("cannot create") && contains("No such file"));
  std::filesystem::create_directories(folder / "d" / "inside");
  CHECK_THAT(message_of([&] { sample().write(folder / "d"); }),
             contains("/d' was not written: cannot put it in place") && contains("directory"));
  CHECK(std::filesystem::is_directory(folder / "d" / "inside"));
  CHECK(!std::filesystem::exists(folder / "d.partial"));
}

TEST_CASE("a file without commit was never there") {
  temporary_folder folder;
  {
    whole_file file(folder / "a");
    file.write(std::as_bytes(std::span(weights)));
    CHECK(std::filesystem::exists(folder / "a.partial"));
  }
  CHECK(std::filesystem::is_empty(folder.path()));
}
