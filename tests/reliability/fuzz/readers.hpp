// SPDX-License-Identifier: MIT
#pragma once
// The library's readers as targets of a fuzzer: whatever the bytes are, a reader ends with what it has read or with a
// ct::error, and what it has read is what the bytes say.
#include <contrastive/data/cifar10.hpp>
#include <contrastive/data/idx.hpp>
#include <contrastive/io/checkpoint_file.hpp>
#include <contrastive/io/json_line.hpp>
#include <contrastive/io/npy.hpp>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "input.hpp"

namespace fuzz {

namespace ct = contrastive;

/// Every pixel is there to be read.
inline void look_at_all(const auto& images) {
  std::vector<std::uint8_t> pixels(std::remove_cvref_t<decltype(images)>::sample::size);
  for (std::size_t i = 0; i < images.size(); ++i) images.read(i, pixels);
}

/// Images in one channel or three, or labels and images, the second byte saying where the labels end.
inline void idx(bytes input) {
  const int way = choice(input) % 4;
  if (way == 0) return look_at_all(ct::idx_images<ct::image<3, 4, 1>>(file_of(input)));
  if (way == 1) return look_at_all(ct::idx_images<ct::image<2, 2, 3>>(file_of(input)));
  const std::size_t end = std::min<std::size_t>(choice(input), input.size());
  const auto labels = file_of(input.first(end), 0), images = file_of(input.subspan(end), 1);
  using dataset = ct::idx_dataset<ct::image<3, 4, 1>>;
  const auto data = way == 2 ? dataset(images, labels, 10) : dataset(images, labels);
  look_at_all(data);
  for (std::size_t i = 0; i < data.size(); ++i)
    require(data.label_at(i) >= 0 && data.label_at(i) < data.classes(), "a label is one of the classes");
}

/// Plain or gzip: the bytes are the same in pieces of any size.
inline void gz(bytes input) {
  constexpr std::size_t most = 1 << 17;    // a small gzip may hold any number of bytes
  const std::size_t piece = std::size_t(choice(input)) + 1;
  const auto file = file_of(input);
  std::vector<std::uint8_t> whole(most), pieces(most);
  const std::size_t size = ct::detail::byte_source(file).read(whole);
  ct::detail::byte_source source(file);
  std::size_t got = 0;
  for (std::size_t more = 1; more > 0 && got < most; got += more)
    more = source.read(std::span(pieces).subspan(got, std::min(piece, most - got)));
  require(got == size && pieces == whole, "pieces of a file make the file");
  require(source.position() == size, "a source counts what it hands out");
}

inline void cifar10(bytes input) {
  const std::size_t records = choice(input) % 4;
  ct::cifar10_part part;
  part.append(file_of(input), records);
  look_at_all(part);
  for (std::size_t i = 0; i < part.size(); ++i)
    require(part.label_at(i) >= 0 && part.label_at(i) < part.classes(), "a label is one of the classes");
}

inline void npy(bytes input) {
  const auto m = ct::read_npy(file_of(input));
  const std::size_t size = m.rows() * m.columns() * sizeof(float);
  require(size <= input.size(), "a matrix is not larger than its file");
  require(size == 0 || std::memcmp(m.data(), input.last(size).data(), size) == 0, "a matrix ends its file");
}

/// Every tensor, as every type; numbers that do not fit the type are a file_error of their own.
inline void look_at_all(const ct::safetensors_reader& file) {
  const auto values = [&]<class E>(const std::string& name, E) {
    try {
      (void)file.values<E>(name);
    } catch (const ct::file_error&) {}
  };
  for (const auto& name : file.names()) {
    require(file.has(name), "a tensor that has a name is there");
    values(name, float{}), values(name, double{}), values(name, std::int64_t{});
  }
}
inline void safetensors(bytes input) { look_at_all(ct::safetensors_reader(file_of(input))); }

/// A copy whose sum fits, so that what lies behind it is tried too.
inline std::vector<std::uint8_t> with_sum(bytes input) {
  std::vector<std::uint8_t> all(input.begin(), input.end());
  const std::size_t at = sizeof(std::uint64_t) + ct::detail::sum_prefix.size(), size = ct::detail::no_sum.size();
  if (all.size() < at + size) return all;
  std::copy(ct::detail::no_sum.begin(), ct::detail::no_sum.end(), all.begin() + std::ptrdiff_t(at));
  const auto sum = ct::detail::text_of_sum(ct::detail::add_to_sum(0, std::as_bytes(std::span(all))));
  std::copy(sum.begin(), sum.end(), all.begin() + std::ptrdiff_t(at));
  return all;
}
inline void checkpoint(bytes input) {
  const bool mended = choice(input) % 2 == 1;
  const auto file = ct::detail::open_checkpoint(file_of(mended ? bytes(with_sum(input)) : input));
  look_at_all(file);
  for (const auto& [key, text] : file.texts()) try {
      (void)file.number<int>(key), (void)file.number<std::uint64_t>(key), (void)file.number<double>(key);
    } catch (const ct::file_error&) {}
}

/// A name is written into a header and read from it.
inline void header_text(bytes input) {
  const std::string name(input.begin(), input.end());
  std::string text;
  ct::detail::append_json_text(text, name);
  const std::filesystem::path file = "header";
  ct::detail::header_text header(text, file);
  require(header.string() == name, "a name that was written is read");
  header.expect_end();
  ct::detail::header_text(name, file).skip_value();
}

}    // namespace fuzz
