// SPDX-License-Identifier: MIT
#pragma once
// Reads a checkpoint, and trusts none of its bytes.
#include <contrastive/io/byte_source.hpp>
#include <contrastive/io/checkpoint_format.hpp>

#include <charconv>
#include <map>
#include <utility>
#include <vector>

namespace contrastive {

/// Reads a checkpoint into memory and checks it. Everything that is missing or wrong is a file_error with the path.
class checkpoint_reader {
 public:
  explicit checkpoint_reader(const std::filesystem::path& path) : path_(path) {
    load();
    check();
    index();
  }

  bool has(const std::string& name) const { return arrays_.contains(name); }
  bool has_text(const std::string& key) const { return texts_.contains(key); }
  /// The names of all arrays, sorted.
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    all.reserve(arrays_.size());
    for (const auto& [name, a] : arrays_) all.push_back(name);
    return all;
  }
  const std::vector<std::uint64_t>& shape(const std::string& name) const { return find(name).shape; }

  const std::string& text(const std::string& key) const {
    const auto found = texts_.find(key);
    if (found == texts_.end()) fail("there is no text '" + key + "'");
    return found->second;
  }
  /// All of them, by their keys.
  const std::map<std::string, std::string>& texts() const { return texts_; }
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

  /// Copies an array of exactly out.size() values.
  template <Storable E>
  void read(const std::string& name, std::span<E> out) const {
    const array& a = find(name);
    if (a.element != detail::stored_as<E>())
      fail("'" + name + "' holds " + detail::kind_of(a.element).name + ", expected " +
           detail::kind_of(detail::stored_as<E>()).name);
    if (a.count != out.size())
      fail("'" + name + "' has " + std::to_string(a.count) + " values, expected " + std::to_string(out.size()));
    if (a.count > 0) std::memcpy(out.data(), bytes_.data() + a.offset, out.size_bytes());
  }
  template <Storable E>
  std::vector<E> values(const std::string& name, std::size_t expected_count) const {
    if (find(name).count != expected_count)
      fail("'" + name + "' has " + std::to_string(find(name).count) + " values, expected " +
           std::to_string(expected_count));
    std::vector<E> out(expected_count);
    read(name, std::span(out));
    return out;
  }
  std::vector<float> floats(const std::string& name, std::size_t expected_count) const {
    return values<float>(name, expected_count);
  }

 private:
  struct array {
    stored_element element;
    std::vector<std::uint64_t> shape;
    std::uint64_t count;
    std::size_t offset;
  };

  [[noreturn]] void fail(const std::string& text) const {
    throw file_error("checkpoint " + quoted(path_) + ": " + text);
  }

  void load() {
    byte_source source(path_);
    std::size_t got = 0, more = 1;
    while (more > 0) {
      bytes_.resize(got + std::max(got, std::size_t(1) << 20));
      got += more = source.read(std::span(bytes_).subspan(got));
    }
    bytes_.resize(got);
  }
  void check() {
    const auto& magic = detail::checkpoint_magic;
    if (bytes_.size() < magic.size() || std::memcmp(bytes_.data(), magic.data(), magic.size()) != 0)
      fail("not a checkpoint: it does not begin with \"CTSTATE\"");
    at_ = magic.size();
    end_ = bytes_.size();
    if (const auto version = next<std::uint32_t>(); version != detail::checkpoint_version)
      fail("it has version " + std::to_string(version) + ", expected " + std::to_string(detail::checkpoint_version));
    if (const auto size = next<std::uint64_t>(); size != bytes_.size())
      fail("it has " + std::to_string(bytes_.size()) + " bytes, expected " + std::to_string(size));
    end_ = bytes_.size() - std::min(bytes_.size() - at_, sizeof(std::uint32_t));
    std::uint32_t sum = 0;
    std::memcpy(&sum, bytes_.data() + end_, bytes_.size() - end_);
    if (sum != detail::sum_of(std::as_bytes(std::span(bytes_).first(end_))))
      fail("it is damaged: its sum does not fit its bytes");
  }
  void index() {
    for (auto left = next<std::uint32_t>(); left > 0; --left) {
      const auto key = string();
      texts_[key] = string();
    }
    for (auto left = next<std::uint32_t>(); left > 0; --left) {
      const auto name = string();
      arrays_[name] = next_array();
    }
    if (at_ != end_) fail("it is damaged: " + std::to_string(end_ - at_) + " bytes follow the last array");
  }
  array next_array() {
    array a{};
    a.element = stored_element(next<std::uint8_t>());
    if (a.element > stored_element::uint64) fail("it has elements of unknown kind " + std::to_string(int(a.element)));
    a.shape.resize(next<std::uint8_t>());
    a.count = 1;
    for (auto& extent : a.shape) {
      extent = next<std::uint64_t>();
      if (extent > 0 && a.count > bytes_.size() / extent) fail("it is damaged: a shape is larger than the file");
      a.count *= extent;
    }
    skip((8 - at_ % 8) % 8);
    a.offset = at_;
    skip(a.count * detail::kind_of(a.element).size);    // count ≤ size of the file: no overflow
    return a;
  }
  const array& find(const std::string& name) const {
    const auto found = arrays_.find(name);
    if (found == arrays_.end()) fail("there is no array '" + name + "'");
    return found->second;
  }

  // ---- from front to back ---------------------------------------------------------------------------------------------
  void skip(std::uint64_t count) {
    if (count > end_ - at_) fail("it ends early, at offset " + std::to_string(end_));
    at_ += std::size_t(count);
  }
  template <class T>
  T next() {
    T value;
    skip(sizeof value);
    std::memcpy(&value, bytes_.data() + at_ - sizeof value, sizeof value);
    return value;
  }
  std::string string() {
    const auto size = next<std::uint32_t>();
    skip(size);
    return {reinterpret_cast<const char*>(bytes_.data()) + at_ - size, size};
  }

  std::filesystem::path path_;
  std::vector<std::uint8_t> bytes_;
  std::size_t at_ = 0, end_ = 0;
  std::map<std::string, std::string> texts_;
  std::map<std::string, array> arrays_;
};

}    // namespace contrastive
