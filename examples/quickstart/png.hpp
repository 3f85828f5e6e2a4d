// SPDX-License-Identifier: MIT
#pragma once
// Images as PNG inside a page: a data URL.
#include <zlib.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace quickstart {

namespace detail {

inline void append_u32(std::string& out, std::uint32_t v) {
  for (const int shift : {24, 16, 8, 0}) out += char(v >> shift & 255);
}
inline void append_chunk(std::string& png, const std::string& type_and_data) {
  append_u32(png, std::uint32_t(type_and_data.size() - 4));
  png += type_and_data;
  append_u32(png,
             std::uint32_t(crc32(0, reinterpret_cast<const Bytef*>(type_and_data.data()), uInt(type_and_data.size()))));
}
inline std::string deflated(const std::string& bytes) {
  uLongf size = compressBound(uLong(bytes.size()));
  std::string packed(size, '\0');
  compress2(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(bytes.data()),
            uLong(bytes.size()), 9);
  packed.resize(size);
  return packed;
}

}    // namespace detail

/// Bytes (height, width, channels) as a PNG file: gray with one channel, RGB with three.
inline std::string png_of(std::span<const std::uint8_t> pixels, int height, int width, int channels) {
  std::string head = "IHDR", rows;
  detail::append_u32(head, std::uint32_t(width)), detail::append_u32(head, std::uint32_t(height));
  head += {8, char(channels == 3 ? 2 : 0), 0, 0, 0};
  const auto row = std::size_t(width * channels);
  for (std::size_t y = 0; y < std::size_t(height); ++y) {
    rows += '\0';    // no filter
    rows.append(pixels.begin() + std::ptrdiff_t(y * row), pixels.begin() + std::ptrdiff_t((y + 1) * row));
  }
  std::string png = "\x89PNG\r\n\x1a\n";
  detail::append_chunk(png, head);
  detail::append_chunk(png, "IDAT" + detail::deflated(rows));
  detail::append_chunk(png, "IEND");
  return png;
}

inline std::string base64(const std::string& bytes) {
  static constexpr char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t three = 0;
    for (std::size_t k = 0; k < 3; ++k) three = three << 8 | (i + k < bytes.size() ? std::uint8_t(bytes[i + k]) : 0u);
    for (std::size_t k = 0; k < 4; ++k) text += i + k > bytes.size() ? '=' : digit[three >> (18 - 6 * k) & 63];
  }
  return text;
}

inline std::string data_url(std::span<const std::uint8_t> pixels, int height, int width, int channels) {
  return "data:image/png;base64," + base64(png_of(pixels, height, width, channels));
}
inline std::string image_tag(std::span<const std::uint8_t> pixels, int height, int width, int channels,
                             const std::string& title) {
  return "<img alt=\"" + title + "\" title=\"" + title + "\" src=\"" + data_url(pixels, height, width, channels) +
         "\">";
}

}    // namespace quickstart
