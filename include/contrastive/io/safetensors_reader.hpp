// SPDX-License-Identifier: MIT
#pragma once
// Reads a safetensors file, and trusts none of its bytes.
#include <contrastive/io/byte_sum.hpp>
#include <contrastive/io/claimed_size.hpp>
#include <contrastive/io/header_text.hpp>
#include <contrastive/io/plain_file.hpp>
#include <contrastive/io/safetensors_format.hpp>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace contrastive {

/// Reads a file into memory and checks it. Everything that is missing or wrong is a file_error with the path. Tensors
/// of element types that it does not know, and fields that it does not know, are left alone.
///
///     const safetensors_reader file("resnet18.safetensors");
///     const auto filters = file.values<float>("conv1.weight");    // in the file's order
class safetensors_reader {
 public:
  explicit safetensors_reader(const std::filesystem::path& path) : path_(path) {
    detail::plain_file file(path);
    read_header(file);
    index();
    read_values(file);
  }

  bool has(const std::string& name) const { return tensors_.contains(name); }
  /// The names of all tensors, sorted.
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    all.reserve(tensors_.size());
    for (const auto& [name, t] : tensors_) all.push_back(name);
    return all;
  }
  const tensor_shape& shape(const std::string& name) const { return find(name).shape; }
  /// "F32", "F64", "I64", …
  const std::string& element(const std::string& name) const { return find(name).kind; }

  /// The values of a tensor as E: it must hold F32, F64 or I64, and for whole numbers nothing that is none of 64 bits.
  template <detail::TensorElement E>
  std::vector<E> values(const std::string& name) const {
    const tensor& t = find(name);
    if (t.kind == "F32") return converted<float, E>(t);
    if (t.kind == "F64") return converted<double, E>(t);
    if (t.kind == "I64") return converted<std::int64_t, E>(t);
    fail("'" + name + "' holds " + t.kind + ", expected F32, F64 or I64");
  }

  /// The same of exactly so many values that are E in the file too.
  template <detail::TensorElement E>
  std::vector<E> exactly(const std::string& name, std::size_t count) const {
    const tensor& t = find(name);
    if (t.kind != detail::tensor_kind_of<E>())
      fail("'" + name + "' holds " + t.kind + ", expected " + std::string(detail::tensor_kind_of<E>()));
    if (const auto there = (t.end - t.begin) / sizeof(E); there != count)
      fail("'" + name + "' has " + std::to_string(there) + " values, expected " + std::to_string(count));
    return values<E>(name);
  }

  // ---- texts of its metadata ----------------------------------------------------------------------------------------

  const std::map<std::string, std::string>& texts() const { return texts_; }
  bool has_text(const std::string& key) const { return texts_.contains(key); }
  const std::string& text(const std::string& key) const {
    const auto found = texts_.find(key);
    if (found == texts_.end()) fail("there is no text '" + key + "'");
    return found->second;
  }
  /// A text that is a number.
  template <class T>
    requires std::is_arithmetic_v<T>
  T number(const std::string& key) const {
    const std::string& t = text(key);
    T value{};
    const auto end = t.data() + t.size();
    if (const auto [at, problem] = std::from_chars(t.data(), end, value); at != end || problem != std::errc{})
      fail("the text '" + key + "' is \"" + t + "\", expected a " + (std::integral<T> ? "whole number" : "number"));
    return value;
  }
  /// Throws file_error where the file has no sum of its bytes, or another one.
  void require_sum() const {
    const auto all = std::as_bytes(std::span(bytes_));
    const std::size_t at = sizeof(std::uint64_t) + detail::sum_prefix.size(), size = detail::no_sum.size();
    if (!std::string_view(bytes_.data(), bytes_.size()).substr(sizeof(std::uint64_t)).starts_with(detail::sum_prefix))
      fail("it is damaged: it does not begin with the sum of its bytes");
    std::uint32_t sum = detail::add_to_sum(0, all.first(at));
    sum = detail::add_to_sum(sum, std::as_bytes(std::span(detail::no_sum)));
    sum = detail::add_to_sum(sum, all.subspan(at + size));
    if (detail::text_of_sum(sum) != std::string_view(bytes_.data() + at, size))
      fail("it is damaged: its sum does not fit its bytes");
  }

  [[noreturn]] void fail(const std::string& text) const { throw file_error(detail::quoted(path_) + ": " + text); }

 private:
  struct tensor {
    std::string kind;
    tensor_shape shape;
    std::uint64_t begin = 0, end = 0;
  };

  const tensor& find(const std::string& name) const {
    const auto found = tensors_.find(name);
    if (found == tensors_.end()) fail("there is no tensor '" + name + "'");
    return found->second;
  }
  template <class From, class To>
  std::vector<To> converted(const tensor& t) const {
    std::vector<From> stored((t.end - t.begin) / sizeof(From));
    if (!stored.empty()) std::memcpy(stored.data(), bytes_.data() + data_ + t.begin, stored.size() * sizeof(From));
    if constexpr (std::same_as<From, To>) return stored;
    else {
      if constexpr (std::integral<To>) require_whole(stored);
      std::vector<To> all(stored.size());
      std::transform(stored.begin(), stored.end(), all.begin(), [](From x) { return To(x); });
      return all;
    }
  }

  template <class From>
  void require_whole(const std::vector<From>& stored) const {
    constexpr From least = From(std::numeric_limits<std::int64_t>::min());    // exact; the largest one is not
    for (const From x : stored)
      if (!(x >= least && x < -least)) fail("the value " + std::to_string(x) + " is no whole number of 64 bits");
  }

  // What is no safetensors file shows by its first bytes, however large it is.
  void read_header(detail::plain_file& file) {
    std::uint64_t size = 0;
    if (file.append(bytes_, sizeof size) < sizeof size)
      fail("not a safetensors file: it has only " + std::to_string(bytes_.size()) + " bytes");
    std::memcpy(&size, bytes_.data(), sizeof size);
    if (std::string_view(bytes_.data(), sizeof size) == "CTSTATE\n")
      fail(
          "this is a checkpoint of an older version of this library, which cannot be read any more: train in another "
          "folder");
    if (size < 2 || size > detail::largest_tensor_header || file.append(bytes_, 1) == 0 || bytes_.back() != '{')
      fail("not a safetensors file: it does not begin with the size of a header and the header");
    if (file.append(bytes_, size - 1) < size - 1)
      fail("not a safetensors file, or truncated: it has " + std::to_string(bytes_.size()) +
           " bytes, of which its header would take " + std::to_string(size));
  }
  void index() {
    data_ = bytes_.size();
    detail::header_text header(std::string_view(bytes_.data(), data_).substr(sizeof(std::uint64_t)), path_);
    header.expect('{');
    if (!header.accept('}')) {
      do entry(header);
      while (header.accept(','));
      header.expect('}');
    }
    header.expect_end();
  }
  void entry(detail::header_text& header) {
    const std::string name = header.string();
    header.expect(':');
    if (name == "__metadata__") {
      if (std::exchange(metadata_, true)) fail("there are metadata twice");
      return read_texts(header);
    }
    if (!tensors_.emplace(name, next_tensor(header)).second) fail("there are two tensors '" + name + "'");
  }
  void read_texts(detail::header_text& header) {
    header.expect('{');
    if (header.accept('}')) return;
    do {
      const std::string key = header.string();
      header.expect(':');
      if (!texts_.emplace(key, header.string()).second) fail("there are two texts '" + key + "'");
    } while (header.accept(','));
    header.expect('}');
  }
  tensor next_tensor(detail::header_text& header) {
    tensor t;
    std::vector<std::uint64_t> offsets;
    std::vector<std::string> seen;
    header.expect('{');
    do {
      const std::string field = header.string();
      header.require_new(field, seen);
      header.expect(':');
      if (field == "dtype") t.kind = header.string();
      else if (field == "shape") t.shape = header.numbers('[', ']');
      else if (field == "data_offsets") offsets = header.numbers('[', ']');
      else header.skip_value();
    } while (header.accept(','));
    header.expect('}');
    if (offsets.size() != 2) header.wrong("two data_offsets before here");
    const auto has = [&](const char* field) { return std::find(seen.begin(), seen.end(), field) != seen.end(); };
    if (!has("dtype") || !has("shape")) header.wrong("a dtype and a shape before here");
    t.begin = offsets[0], t.end = offsets[1];
    return t;
  }

  // every tensor has the bytes that its shape needs, begins where another ends, and the last ends with the file
  void read_values(detail::plain_file& file) {
    const auto order = in_order();
    std::uint64_t at = 0;
    for (const auto* named : order) {
      const auto& [name, t] = *named;
      if (t.begin != at || t.end < t.begin) fail("'" + name + "' does not begin where the tensor before it ends");
      if (const auto* kind = detail::find_kind(t.kind);
          kind && detail::claimed_size(t.shape, kind->size) != t.end - t.begin)
        fail("'" + name + "' of " + t.kind + " " + detail::text_of(t.shape) + " has " +
             std::to_string(t.end - t.begin) + " bytes");
      at = t.end;
    }
    const std::uint64_t there = file.append(bytes_, at);
    for (const auto* named : order)
      if (named->second.end > there)
        fail("it is truncated: '" + named->first + "' ends at byte " + std::to_string(data_ + named->second.end) +
             ", the file has " + std::to_string(bytes_.size()));
    if (!file.at_end()) fail("more bytes follow the last tensor, which ends at byte " + std::to_string(bytes_.size()));
  }
  using named_tensor = std::pair<const std::string, tensor>;
  std::vector<const named_tensor*> in_order() const {
    std::vector<const named_tensor*> order;
    order.reserve(tensors_.size());
    for (const auto& named : tensors_) order.push_back(&named);
    std::sort(order.begin(), order.end(), [](auto a, auto b) {
      return std::pair(a->second.begin, a->second.end) < std::pair(b->second.begin, b->second.end);
    });
    return order;
  }

  std::filesystem::path path_;
  std::vector<char> bytes_;
  std::size_t data_ = 0;
  bool metadata_ = false;    // whether they were there
  std::map<std::string, std::string> texts_;
  std::map<std::string, tensor> tensors_;
};

}    // namespace contrastive
