// SPDX-License-Identifier: MIT
#pragma once
// A sum of bytes by which damage and other contents are noticed: CRC-32.
#include <contrastive/core/compiler.hpp>

#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace contrastive::detail {

/// The sum of what has `sum` (0: of nothing) and then these bytes.
inline std::uint32_t add_to_sum(std::uint32_t sum, std::span<const std::byte> bytes) {
  if (bytes.empty()) return sum;    // of nothing at nullptr zlib would begin anew
  return std::uint32_t(crc32_z(sum, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}
/// Eight hexadecimal digits.
inline std::string text_of_sum(std::uint32_t sum) {
  std::string text(8, '0');
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit, sum >>= 4) *digit = "0123456789abcdef"[sum & 15];
  return text;
}

}    // namespace contrastive::detail
