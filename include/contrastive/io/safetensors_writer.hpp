// SPDX-License-Identifier: MIT
#pragma once
// Writes a safetensors file, whole or not at all.
#include <contrastive/io/byte_sum.hpp>
#include <contrastive/io/claimed_size.hpp>
#include <contrastive/io/json_line.hpp>
#include <contrastive/io/safetensors_format.hpp>
#include <contrastive/io/whole_file.hpp>

#include <map>
#include <span>

namespace contrastive {

/// Collects tensors and texts, then writes them: float as F32, double as F64, std::int64_t as I64.
///
///     safetensors_writer w;
///     w.add("conv1.weight", std::span<const float>(values), {64, 3, 7, 7});
///     w.write("encoder.safetensors");
class safetensors_writer {
 public:
  /// Throws argument_error where the name is taken or the shape has another number of values.
  template <detail::TensorElement E>
  void add(const std::string& name, std::span<const E> values, const tensor_shape& shape) {
    const auto size = detail::claimed_size(shape, sizeof(E));
    if (size > detail::largest_array)
      throw argument_error("safetensors: '" + name + "' of shape " + detail::text_of(shape) +
                           " is more than any memory holds");
    if (size != values.size_bytes())
      throw argument_error("safetensors: '" + name + "' has " + std::to_string(values.size()) +
                           " values; its shape holds " + std::to_string(size / sizeof(E)));
    const auto bytes = std::as_bytes(values);
    // the widest elements first, so that every tensor is aligned
    if (!names_.emplace(name, 0).second || name == "__metadata__")
      throw argument_error("safetensors: there is already a tensor '" + name + "'");
    tensors_[{-int(sizeof(E)), name}] = {detail::tensor_kind_of<E>(), shape, {bytes.begin(), bytes.end()}};
  }

  /// A text of the file's metadata, in place of an older one.
  void set(const std::string& key, const std::string& text) { texts_[key] = text; }

  /// Throws file_error, and then the old file is as it was, and argument_error where no reader takes so many names.
  void write(const std::filesystem::path& path) const { write(path, header("{\"__metadata__\":{")); }
  /// With a sum of all bytes, which `require_sum` of a reader asks for.
  void write_with_sum(const std::filesystem::path& path) const {
    std::string text = header(std::string(detail::sum_prefix) + std::string(detail::no_sum) + "\"");
    std::uint32_t sum = 0;
    each_piece(text, [&](std::span<const std::byte> bytes) { sum = detail::add_to_sum(sum, bytes); });
    text.replace(detail::sum_prefix.size(), detail::no_sum.size(), detail::text_of_sum(sum));
    write(path, text);
  }

 private:
  struct stored {
    std::string_view kind;
    tensor_shape shape;
    std::vector<std::byte> values;
  };

  void write(const std::filesystem::path& path, const std::string& text) const {
    detail::whole_file file(path);
    each_piece(text, [&](std::span<const std::byte> bytes) { file.write(bytes); });
    file.commit();
  }
  /// f(bytes) for all that a file with this header consists of, in its order.
  void each_piece(const std::string& text, auto&& f) const {
    const auto size = std::uint64_t(text.size());
    f(std::as_bytes(std::span(&size, 1)));
    f(std::as_bytes(std::span(text)));
    for (const auto& [order, t] : tensors_) f(std::span(t.values));
  }
  std::string header(std::string text) const {
    for (const auto& [key, value] : texts_) {
      detail::append_json_text(text += text.back() == '{' ? "" : ",", key);
      detail::append_json_text(text += ':', value);
    }
    text += '}';
    std::size_t at = 0;
    for (const auto& [order, t] : tensors_) {
      detail::append_json_text(text += ',', order.second);
      detail::append_json_text(text += ":{\"dtype\":", t.kind);
      text += ",\"shape\":[";
      for (const auto extent : t.shape) (text += text.back() == '[' ? "" : ",") += std::to_string(extent);
      text += "],\"data_offsets\":[" + std::to_string(at) + "," + std::to_string(at + t.values.size()) + "]}";
      at += t.values.size();
    }
    text += '}';
    text.resize((text.size() + 7) / 8 * 8, ' ');
    if (text.size() > detail::largest_tensor_header)
      throw argument_error("safetensors: names, shapes and texts take " + std::to_string(text.size()) +
                           " bytes; at most " + std::to_string(detail::largest_tensor_header) +
                           " may stand in a header");
    return text;
  }

  std::map<std::string, std::string> texts_{{"format", "pt"}};
  std::map<std::string, int> names_;
  std::map<std::pair<int, std::string>, stored> tensors_;
};

}    // namespace contrastive
