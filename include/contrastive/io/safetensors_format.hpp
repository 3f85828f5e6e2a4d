// SPDX-License-Identifier: MIT
#pragma once
// The bytes of a safetensors file: the size of a header (64 bits, little-endian), the header, the values of all
// tensors.
//
// The header is JSON: {"__metadata__": {"key": "text"}, "name": {"dtype": "F32", "shape": [64, 3, 7, 7],
// "data_offsets": [begin, end]}, …}. Offsets count from the header's end; tensors lie one after another without a gap.
//
// A checkpoint's metadata begin with the sum of its bytes, {"__metadata__":{"crc32":"89abcdef": the CRC-32 of the file
// in which these eight digits are zeros. Other readers take it for a text like others.
#include <contrastive/core/compiler.hpp>

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace contrastive {

static_assert(std::endian::native == std::endian::little, "tensors are written as they lie in little-endian memory");

/// Extents, outermost first; none for a single number.
using tensor_shape = std::vector<std::uint64_t>;

namespace detail {
/// An element type that safetensors files are written with.
template <class E>
concept TensorElement = std::same_as<E, float> || std::same_as<E, double> || std::same_as<E, std::int64_t>;

struct tensor_kind {
  std::string_view name;
  std::size_t size;    // in bytes
};
inline constexpr tensor_kind tensor_kinds[] = {{"F64", 8}, {"I64", 8}, {"U64", 8},  {"F32", 4}, {"I32", 4},
                                               {"U32", 4}, {"F16", 2}, {"BF16", 2}, {"I16", 2}, {"U16", 2},
                                               {"I8", 1},  {"U8", 1},  {"BOOL", 1}};
constexpr const tensor_kind* find_kind(std::string_view name) {
  for (const auto& kind : tensor_kinds)
    if (kind.name == name) return &kind;
  return nullptr;
}

template <TensorElement E>
constexpr std::string_view tensor_kind_of() {
  if constexpr (std::same_as<E, float>) return "F32";
  else if constexpr (std::same_as<E, double>) return "F64";
  else return "I64";
}

inline std::string text_of(const tensor_shape& shape) {
  std::string text = "(";
  for (const auto extent : shape) text += (text.size() > 1 ? ", " : "") + std::to_string(extent);
  return text + ")";
}

inline constexpr std::string_view sum_prefix = R"({"__metadata__":{"crc32":")", no_sum = "00000000";

inline constexpr std::size_t largest_tensor_header = 100'000'000;    // as the safetensors package

}    // namespace detail

}    // namespace contrastive
