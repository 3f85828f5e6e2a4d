// SPDX-License-Identifier: MIT
#pragma once
// Writes a checkpoint: named arrays and texts, with a sum, whole or not at all.
#include <contrastive/io/checkpoint_format.hpp>
#include <contrastive/io/whole_file.hpp>

#include <cstring>
#include <functional>
#include <map>
#include <numeric>
#include <vector>

namespace contrastive {

/// Collects arrays and texts, then writes them.
///
///     checkpoint_writer w;
///     w.add("encoder.conv1.weight", std::span<const float>(values), {32, 3, 3, 1});
///     w.set("epoch", "3");
///     w.write("run/last.checkpoint");
class checkpoint_writer {
 public:
  /// Throws argument_error where the name is taken or the shape has another number of values.
  template <Storable E>
  void add(const std::string& name, std::span<const E> values, const std::vector<std::uint64_t>& shape) {
    const auto count = std::accumulate(shape.begin(), shape.end(), std::uint64_t(1), std::multiplies<>{});
    if (count != values.size())
      throw argument_error("checkpoint: '" + name + "' has " + std::to_string(values.size()) +
                           " values; its shape holds " + std::to_string(count));
    if (!arrays_.emplace(name, array{detail::stored_as<E>(), shape, to_bytes(values)}).second)
      throw argument_error("checkpoint: there is already an array '" + name + "'");
  }
  template <Storable E>
  void add(const std::string& name, std::span<const E> values) {
    add(name, values, {values.size()});
  }
  /// Sets a text, in place of an older one.
  void set(const std::string& key, const std::string& text) { texts_[key] = text; }

  /// Throws file_error, and then the old file is as it was.
  void write(const std::filesystem::path& path) const {
    auto whole = body();
    const std::uint64_t size = whole.size() + sizeof(std::uint32_t);
    std::memcpy(whole.data() + detail::checkpoint_size_at, &size, sizeof size);
    number(whole, detail::sum_of(whole));
    whole_file file(path);
    file.write(whole);
    file.commit();
  }

 private:
  struct array {
    stored_element element;
    std::vector<std::uint64_t> shape;
    std::vector<std::byte> values;
  };
  using bytes = std::vector<std::byte>;

  static bytes to_bytes(const auto& values) {
    const auto all = std::as_bytes(std::span(values));
    return {all.begin(), all.end()};
  }
  static void append(bytes& out, std::span<const std::byte> more) { out.insert(out.end(), more.begin(), more.end()); }
  static void number(bytes& out, auto value) { append(out, std::as_bytes(std::span(&value, 1))); }
  static void text(bytes& out, const std::string& s) {
    number(out, std::uint32_t(s.size()));
    append(out, std::as_bytes(std::span(s)));
  }
  bytes body() const {
    bytes out = to_bytes(detail::checkpoint_magic);
    number(out, detail::checkpoint_version);
    number(out, std::uint64_t(0));    // the size, when it is known
    number(out, std::uint32_t(texts_.size()));
    for (const auto& [key, value] : texts_) text(out, key), text(out, value);
    number(out, std::uint32_t(arrays_.size()));
    for (const auto& [name, a] : arrays_) {
      text(out, name);
      number(out, std::uint8_t(a.element));
      number(out, std::uint8_t(a.shape.size()));
      for (const auto extent : a.shape) number(out, extent);
      out.resize((out.size() + 7) / 8 * 8);
      append(out, a.values);
    }
    return out;
  }

  std::map<std::string, std::string> texts_;
  std::map<std::string, array> arrays_;
};

}    // namespace contrastive
