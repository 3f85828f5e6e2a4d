// SPDX-License-Identifier: MIT
#pragma once
// Pictures as PNG, by libpng: written into memory, read from files, put into a page as a data URL.
#include <contrastive/core/error.hpp>

#include <png.h>

#include <array>
#include <cstdint>
#include <fstream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace quickstart {

/// RGB pixels: (height, width, 3).
struct rgb_picture {
  int height = 0, width = 0;
  std::vector<std::uint8_t> pixels{};
};

namespace detail {
inline png_image described(int height, int width, int channels) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.height = png_uint_32(height), image.width = png_uint_32(width);
  image.format = channels == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
  return image;
}
}    // namespace detail

/// Bytes (height, width, channels) as a PNG file: gray with one channel, RGB with three.
inline std::string png_of(std::span<const std::uint8_t> pixels, int height, int width, int channels) {
  png_image image = detail::described(height, width, channels);
  png_alloc_size_t size = 0;
  png_image_write_to_memory(&image, nullptr, &size, 0, pixels.data(), 0, nullptr);    // says how large it will be
  std::string png(size, '\0');
  if (!png_image_write_to_memory(&image, png.data(), &size, 0, pixels.data(), 0, nullptr))
    throw contrastive::error(std::string("libpng: ") + image.message);
  png.resize(size);
  return png;
}

/// By its first bytes, whatever its name.
inline bool is_png(const std::string& file) {
  std::array<char, 8> begin{};
  std::ifstream(file, std::ios::binary).read(begin.data(), begin.size());
  return std::string_view(begin.data(), begin.size()) == "\x89PNG\r\n\x1a\n";
}

/// Any PNG file as RGB, of up to a hundred million pixels: a small file may claim any number. Throws file_error, with
/// libpng's reason where there is one.
inline rgb_picture read_png(const std::string& file) {
  png_image image = detail::described(0, 0, 3);
  if (!png_image_begin_read_from_file(&image, file.c_str()))
    throw contrastive::file_error("'" + file + "' is no PNG picture that can be read: " + image.message);
  constexpr std::uint64_t most = 100'000'000;
  const std::uint64_t pixels = std::uint64_t(image.height) * image.width;
  if (pixels > most) {
    png_image_free(&image);
    throw contrastive::file_error("'" + file + "' claims " + std::to_string(image.height) + "×" +
                                  std::to_string(image.width) + " pixels; at most " + std::to_string(most) +
                                  " are read");
  }
  image.format = PNG_FORMAT_RGB;
  rgb_picture picture{int(image.height), int(image.width), std::vector<std::uint8_t>(std::size_t(pixels) * 3)};
  if (!png_image_finish_read(&image, nullptr, picture.pixels.data(), 0, nullptr))
    throw contrastive::file_error("'" + file + "' could not be read to its end: " + image.message);
  return picture;
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
