// SPDX-License-Identifier: MIT
// Laws of checkpoint files, which are safetensors files with a sum of their bytes.
#include <contrastive/io/checkpoint_file.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <iterator>
#include <limits>
#include <thread>

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
void put(detail::whole_file& file, const std::string& text) { file.write(std::as_bytes(std::span(text))); }
void write(const std::filesystem::path& path, const std::string& text) {
  detail::whole_file file(path);
  put(file, text);
  file.commit();
}
mode_t mode_of(const std::filesystem::path& file) {
  struct stat found{};
  REQUIRE(stat(file.c_str(), &found) == 0);
  return found.st_mode & 0777;
}
/// A safetensors file of this header and these values.
std::filesystem::path with_header(const std::filesystem::path& path, const std::string& header,
                                  const std::string& values) {
  const std::uint64_t size = header.size();
  std::string before(sizeof size, '\0');
  std::memcpy(before.data(), &size, sizeof size);
  return write_bytes(path, before + header + values);
}
std::size_t files_in(const temporary_folder& folder) {
  return std::size_t(std::distance(std::filesystem::directory_iterator(folder.path()), {}));
}

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
  w.set(contrastive::detail::checkpoint_key, "4");
  w.write_with_sum(folder / "newer");
  CHECK_THAT(message_of([&] { open(folder / "newer"); }), contains("it is a checkpoint of version 4, expected 3"));
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

TEST_CASE("a file may hold tensors and fields of kinds that are not known") {
  const temporary_folder folder;
  const safetensors_reader r(
      with_header(folder / "a",
                  R"({"x":{"dtype":"F8_E4M3","scale":{"of":[1,-2.5e3,"}",null]},"shape":[3],"data_offsets":[0,3]},)"
                  R"("y":{"dtype":"F32","shape":[1],"strict":true,"data_offsets":[3,7]}})",
                  std::string("abc\0\0\x80\x3f", 7)));
  CHECK(r.element("x") == "F8_E4M3");
  CHECK(r.shape("x") == tensor_shape{3});
  CHECK(r.values<float>("y") == std::vector<float>{1});
  CHECK_THAT(message_of([&] { (void)r.values<float>("x"); }), contains("'x' holds F8_E4M3, expected F32, F64 or I64"));
}

TEST_CASE("a header with something twice, or without what it needs, is refused") {
  const temporary_folder folder;
  const auto refusal = [&](const std::string& header) {
    return message_of([&] { safetensors_reader{with_header(folder / "a", header, "1234")}; });
  };
  CHECK_THAT(refusal(R"({"x":{"dtype":"F64","dtype":"F32","shape":[1],"data_offsets":[0,4]}})"),
             contains("no second field 'dtype'"));
  CHECK_THAT(refusal(R"({"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"x":{"dtype":"F32","shape":[0],)"
                     R"("data_offsets":[4,4]}})"),
             contains("there are two tensors 'x'"));
  CHECK_THAT(refusal(R"({"__metadata__":{"a":"1"},"__metadata__":{"b":"1"}})"), contains("there are metadata twice"));
  CHECK_THAT(refusal(R"({"x":{"dtype":"F32","data_offsets":[0,4]}})"), contains("expected a dtype and a shape"));
  CHECK_THAT(refusal(R"({"x":{"dtype":"F32","more":[1,"shape":[1],"data_offsets":[0,4]}})"), contains("is damaged"));
}

TEST_CASE("large files, and such as never end, are refused by their first bytes") {
  const temporary_folder folder;
  write_bytes(folder / "large", "");
  std::filesystem::resize_file(folder / "large", std::uintmax_t(1) << 36);
  write_bytes(folder / "gzip", std::string("\x1f\x8b\x08\0\0\0\0\0\0\3", 10) + std::string(1000, 'x'));
  for (const auto& file : {folder / "large", folder / "gzip", std::filesystem::path("/dev/zero")})
    CHECK_THAT(message_of([&] { open(file); }), contains("': not a safetensors file: it does not begin with"));
  CHECK_THAT(message_of([&] {
               open(with_header(folder / "lies",
                                R"({"x":{"dtype":"U8","shape":[17592186044416],)"
                                R"("data_offsets":[0,17592186044416]}})",
                                "1234"));
             }),
             contains("it is truncated: 'x' ends at byte"));
}

TEST_CASE("a number that is none of 64 bits is not read as one") {
  const temporary_folder folder;
  safetensors_writer w;
  const std::vector<double> whole{-9223372036854775808., 3, -0.};
  w.add("whole", std::span(whole), {3});
  const double others[]{std::nan(""), 9223372036854775808., -1e300, std::numeric_limits<double>::infinity()};
  for (const auto& x : others) w.add("x" + std::to_string(&x - others), std::span(&x, 1), {1});
  const float large = 1e30f;
  w.add("float", std::span(&large, 1), {1});
  w.write(folder / "a");
  const safetensors_reader r{folder / "a"};
  CHECK(r.values<std::int64_t>("whole") == std::vector<std::int64_t>{std::numeric_limits<std::int64_t>::min(), 3, 0});
  for (const char* name : {"x0", "x1", "x2", "x3", "float"})
    CHECK_THAT(message_of([&] { (void)r.values<std::int64_t>(name); }), contains("is no whole number of 64 bits"));
}

TEST_CASE("what a reader would not take is not written") {
  safetensors_writer w;
  CHECK_THROWS_WITH(w.add("x", std::span<const float>{}, {std::uint64_t(1) << 62, 4}),
                    "safetensors: 'x' of shape (4611686018427387904, 4) is more than any memory holds");
  CHECK_THROWS_AS(w.add("x", std::span<const float>{}, {std::uint64_t(1) << 62, 0}), argument_error);
  const temporary_folder folder;
  w.add("many dimensions", std::span(weights).first(1), tensor_shape(300, 1));
  w.write(folder / "a");
  CHECK(safetensors_reader{folder / "a"}.shape("many dimensions") == tensor_shape(300, 1));
  w.set("text", std::string(detail::largest_tensor_header, 'x'));
  CHECK_THROWS_WITH(w.write(folder / "a"), contains("at most 100000000 may stand in a header"));
  CHECK(safetensors_reader{folder / "a"}.has("many dimensions"));
}

TEST_CASE("a write replaces the old file, and leaves nothing beside it") {
  temporary_folder folder;
  write_bytes(folder / "a", "old");
  sample().write_with_sum(folder / "a");
  CHECK(contrastive::detail::open_checkpoint(folder / "a").has("odd"));
  CHECK(files_in(folder) == 1);
}

TEST_CASE("two writers of one file do not meet, and the last one's is there whole") {
  const temporary_folder folder;
  {
    detail::whole_file first(folder / "a"), second(folder / "a"), third(folder / "a");
    put(first, "first, and "), put(second, "second"), put(third, "third");
    second.commit();
    CHECK(read_bytes(folder / "a") == "second");
    put(first, "longer");
    first.commit();
  }
  CHECK(read_bytes(folder / "a") == "first, and longer");
  CHECK(files_in(folder) == 1);
}

TEST_CASE("threads that write one file leave one of their files, whole") {
  const temporary_folder folder;
  std::vector<std::thread> all;
  for (char c = 'a'; c < 'e'; ++c)
    all.emplace_back([&folder, c] {
      for (int i = 0; i < 20; ++i) write(folder / "x", std::string(10000, c));
    });
  for (auto& t : all) t.join();
  const auto bytes = read_bytes(folder / "x");
  CHECK(bytes == std::string(10000, bytes[0]));
  CHECK(files_in(folder) == 1);
}

TEST_CASE("a link stays, and the file behind it is new") {
  const temporary_folder folder;
  std::filesystem::create_directory(folder / "real");
  write_bytes(folder / "real/a", "old");
  std::filesystem::create_symlink("real/a", folder / "link");
  std::filesystem::create_symlink(folder / "link", folder / "second");
  std::filesystem::create_symlink("real/none yet", folder / "dangling");
  write(folder / "second", "new"), write(folder / "dangling", "made");
  CHECK(std::filesystem::is_symlink(folder / "link"));
  CHECK(std::filesystem::is_symlink(folder / "second"));
  CHECK(std::filesystem::is_symlink(folder / "dangling"));
  CHECK(read_bytes(folder / "real/a") == "new");
  CHECK(read_bytes(folder / "real/none yet") == "made");
  std::filesystem::create_symlink("loop", folder / "loop");
  CHECK_THAT(message_of([&] { write(folder / "loop", "x"); }),
             contains("/loop' was not written: cannot follow its links"));
}

TEST_CASE("a link that was planted where a file is written first is not followed") {
  const temporary_folder folder;
  write_bytes(folder / "mine", "mine");
  const auto place = (folder / "a.").string() + std::to_string(getpid()) + "-";
  for (int i = 0; i < 500; ++i)
    std::filesystem::create_symlink("mine", place + std::to_string(i) + std::string(detail::partial_ending));
  std::filesystem::create_symlink("mine", folder / "a.partial");
  write(folder / "a", "new");
  CHECK(read_bytes(folder / "a") == "new");
  CHECK(read_bytes(folder / "mine") == "mine");
}

TEST_CASE("a file keeps its mode, a new one has the usual one") {
  const temporary_folder folder;
  write_bytes(folder / "a", "old"), write_bytes(folder / "usual", "");
  for (const mode_t mode : {0600u, 0640u, 0666u, 0444u}) {
    chmod((folder / "a").c_str(), mode);
    write(folder / "a", "new");
    CHECK(mode_of(folder / "a") == mode);
  }
  write(folder / "new", "new");
  CHECK(mode_of(folder / "new") == mode_of(folder / "usual"));
}

TEST_CASE("what is no regular file is not written over") {
  const temporary_folder folder;
  REQUIRE(mkfifo((folder / "pipe").c_str(), 0600) == 0);
  CHECK_THAT(message_of([&] { write(folder / "pipe", "x"); }),
             contains("/pipe' was not written: what stands there is no regular file, but a pipe"));
  CHECK(std::filesystem::is_fifo(folder / "pipe"));
  CHECK(message_of([&] { write("/dev/null", "x"); }) ==
        "'/dev/null' was not written: what stands there is no regular file, but a device");
  std::filesystem::create_symlink("/dev/null", folder / "link");
  CHECK_THAT(message_of([&] { write(folder / "link", "x"); }), contains("no regular file, but a device"));
  CHECK(std::filesystem::is_character_file("/dev/null"));
}

TEST_CASE("a name as long as names may be is written, and a longer one is one clear error") {
  const temporary_folder folder;
  write(folder / std::string(255, 'x'), "new");
  CHECK(read_bytes(folder / std::string(255, 'x')) == "new");
  CHECK_THAT(message_of([&] { write(folder / std::string(256, 'x'), "new"); }), contains("File name too long"));
  CHECK(files_in(folder) == 1);
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
  CHECK(files_in(folder) == 1);
}

TEST_CASE("a write into nowhere, or onto a folder, is refused and leaves nothing behind") {
  temporary_folder folder;
  CHECK_THAT(message_of([&] { sample().write_with_sum(folder / "no/such/a"); }),
             contains("cannot create") && contains("No such file"));
  std::filesystem::create_directories(folder / "d" / "inside");
  CHECK_THAT(message_of([&] { sample().write_with_sum(folder / "d"); }),
             contains("/d' was not written: what stands there is no regular file, but a directory"));
  CHECK(std::filesystem::is_directory(folder / "d" / "inside"));
  CHECK(files_in(folder) == 1);
}

TEST_CASE("a file without commit was never there") {
  temporary_folder folder;
  {
    detail::whole_file file(folder / "a");
    file.write(std::as_bytes(std::span(weights)));
    CHECK(files_in(folder) == 1);
    CHECK(std::filesystem::directory_iterator(folder.path())->path().extension() == detail::partial_ending);
  }
  CHECK(std::filesystem::is_empty(folder.path()));
}
