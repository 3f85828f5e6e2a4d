// SPDX-License-Identifier: MIT
#pragma once
// The bytes of a checkpoint file. Numbers are little-endian, a text is its length (32 bits) and its bytes:
//
//   "CTSTATE\n", version (32), size of the file (64),
//   count (32) of texts: key, value;
//   count (32) of arrays: name, element (8), dimensions (8), extents (64 each), zeros up to a multiple of 8, values;
//   CRC-32 of all before.
#include <zlib.h>

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace contrastive {

/// What an array in a checkpoint consists of. The numbers are in files: new ones are appended.
enum class stored_element : std::uint8_t { float32, float64, int32, int64, uint8, uint64 };

template <class E>
concept Storable = std::same_as<E, float> || std::same_as<E, double> || std::same_as<E, std::int32_t> ||
                   std::same_as<E, std::int64_t> || std::same_as<E, std::uint8_t> || std::same_as<E, std::uint64_t>;

static_assert(std::endian::native == std::endian::little,
              "checkpoints are written as they lie in little-endian memory");

namespace detail {

template <Storable E>
constexpr stored_element stored_as() {
  if constexpr (std::same_as<E, float>) return stored_element::float32;
  else if constexpr (std::same_as<E, double>) return stored_element::float64;
  else if constexpr (std::same_as<E, std::int32_t>) return stored_element::int32;
  else if constexpr (std::same_as<E, std::int64_t>) return stored_element::int64;
  else if constexpr (std::same_as<E, std::uint8_t>) return stored_element::uint8;
  else return stored_element::uint64;
}

struct stored_kind {
  const char* name;
  std::size_t size;    // in bytes
};
inline constexpr stored_kind stored_kinds[] = {{"float32", 4}, {"float64", 8}, {"int32", 4},
                                               {"int64", 8},   {"uint8", 1},   {"uint64", 8}};
constexpr const stored_kind& kind_of(stored_element e) { return stored_kinds[std::size_t(e)]; }

inline constexpr std::string_view checkpoint_magic = "CTSTATE\n";
inline constexpr std::uint32_t checkpoint_version = 1;
inline constexpr std::size_t checkpoint_size_at = 12;    // after magic and version

inline std::uint32_t sum_of(std::span<const std::byte> bytes) {
  return std::uint32_t(crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

}    // namespace detail

}    // namespace contrastive
