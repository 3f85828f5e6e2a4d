// SPDX-License-Identifier: MIT
#pragma once
// Writes a safetensors file, whole or not at all.
#include <contrastive/io/json_line.hpp>
#include <contrastive/io/safetensors_format.hpp>
#include <contrastive/io/whole_file.hpp>

#include <functional>
#include <map>
#include <numeric>
#include <span>

namespace contrastive {

/// Collects tensors, then writes them: float as F32, double as F64, std::int64_t as I64.
///
///     safetensors_writer w;
///     w.add("conv1.weight", std::span<const float>(values), {64, 3, 7, 7});
///     w.write("encoder.safetensors");
class safetensors_writer {
 public:
  /// Throws argument_error where the name is taken or the shape has another number of values.
  template <TensorElement E>
  void add(const std::string& name, std::span<const E> values, const tensor_shape& shape) {
    const auto count = std::accumulate(shape.begin(), shape.end(), std::uint64_t(1), std::multiplies<>{});
    if (count != values.size())
      throw argument_error("safetensors: '" + name + "' has " + std::to_string(values.size()) +
                           " values; its shape holds " + std::to_string(count));
    const auto bytes = std::as_bytes(values);
    // the widest elements first, so that every tensor is aligned
    if (!names_.emplace(name, 0).second || name == "__metadata__")
      throw argument_error("safetensors: there is already a tensor '" + name + "'");
    tensors_[{-int(sizeof(E)), name}] = {detail::tensor_kind_of<E>(), shape, {bytes.begin(), bytes.end()}};
  }

  /// Throws file_error, and then the old file is as it was.
  void write(const std::filesystem::path& path) const {
    const std::string text = header();
    const auto size = std::uint64_t(text.size());
    whole_file file(path);
    file.write(std::as_bytes(std::span(&size, 1)));
    file.write(std::as_bytes(std::span(text)));
    for (const auto& [order, t] : tensors_) file.write(t.values);
    file.commit();
  }

 private:
  struct stored {
    std::string_view kind;
    tensor_shape shape;
    std::vector<std::byte> values;
  };

  std::string header() const {
    std::string text = "{\"__metadata__\":{\"format\":\"pt\"}";
    std::size_t at = 0;
    for (const auto& [order, t] : tensors_) {
      append_json_text(text += ',', order.second);
      append_json_text(text += ":{\"dtype\":", t.kind);
      text += ",\"shape\":[";
      for (const auto extent : t.shape) (text += text.back() == '[' ? "" : ",") += std::to_string(extent);
      text += "],\"data_offsets\":[" + std::to_string(at) + "," + std::to_string(at + t.values.size()) + "]}";
      at += t.values.size();
    }
    text += '}';
    text.resize((text.size() + 7) / 8 * 8, ' ');
    return text;
  }

  std::map<std::string, int> names_;
  std::map<std::pair<int, std::string>, stored> tensors_;
};

}    // namespace contrastive
