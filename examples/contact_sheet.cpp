// SPDX-License-Identifier: MIT
// A sheet of what SimCLR's operations make of a color image: one row for each, the image first, then eight draws.
// components: cpu
//
//     $ contact_sheet photo.png          the middle of a picture of yours, at 96 × 96
//     $ contact_sheet data_batch_1.bin   the first image of a CIFAR-10 file, at 32 × 32
//     $ contact_sheet                    a painted card
//     contact_sheet.png: crop, flip, color jitter, grayscale, blur, solarize, all of them
#include "quickstart/png.hpp"

#include <contrastive/contrastive.hpp>
#include <contrastive/cpu.hpp>

#include <cstdio>
#include <fstream>

namespace ct = contrastive;

namespace {

constexpr int draws = 8;

/// Rows of pictures of Side × Side, laid on one canvas.
template <int Side>
struct sheet {
  static constexpr int cell = Side + 4, width = (draws + 1) * cell;
  std::vector<std::uint8_t> pixels{};

  void add_row(const std::uint8_t* original, const std::vector<std::vector<std::uint8_t>>& drawn) {
    const std::size_t first = pixels.size();
    pixels.resize(first + std::size_t(cell * width) * 3, 255);
    for (int column = 0; column <= draws; ++column) {
      const std::uint8_t* from = column == 0 ? original : drawn[std::size_t(column - 1)].data();
      for (int y = 0; y < Side; ++y)
        std::copy_n(from + y * Side * 3, Side * 3,
                    pixels.begin() + std::ptrdiff_t(first) + ((y + 2) * width + column * cell + 2) * 3);
    }
  }
};

/// A row for one operation (or several), drawn for each copy of the image.
template <class... Operations>
void add_row(auto& to, ct::cpu& device, const auto& copies) {
  using views = ct::n_views<1, Operations...>;
  typename views::config config;
  if constexpr (sizeof...(Operations) == 1)    // alone, an operation is always done
    if constexpr (requires { (config.template of<Operations>(), ...).probability; })
      (config.template of<Operations>(), ...).probability = 1;
  to.add_row(copies.image_at(0), ct::view_pixels<views>(device, copies, config)[0]);
}

template <int Side>
std::string sheet_of(const std::vector<std::uint8_t>& image) {
  std::vector<std::uint8_t> repeated;
  for (int i = 0; i < draws; ++i) repeated.insert(repeated.end(), image.begin(), image.end());
  const ct::memory_images<ct::image<Side, Side, 3>> copies{repeated};
  ct::cpu device;
  sheet<Side> all;
  using crop = ct::random_resized_crop<>;
  using blur = ct::gaussian_blur<Side / 20 * 2 + 1>;    // a tenth of the side, as SimCLR's
  add_row<crop>(all, device, copies);
  add_row<ct::horizontal_flip>(all, device, copies);
  add_row<ct::color_jitter>(all, device, copies);
  add_row<ct::random_grayscale>(all, device, copies);
  add_row<blur>(all, device, copies);
  add_row<ct::solarize>(all, device, copies);
  add_row<crop, ct::horizontal_flip, ct::color_jitter, ct::random_grayscale, blur, ct::solarize>(all, device, copies);
  return quickstart::png_of(all.pixels, int(all.pixels.size()) / 3 / all.width, all.width, 3);
}

/// The largest square in the middle, by the nearest pixels.
std::vector<std::uint8_t> middle(const quickstart::rgb_picture& p, int side) {
  const int square = std::min(p.height, p.width);
  std::vector<std::uint8_t> to;
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x) {
      const int from_y = (p.height - square) / 2 + y * square / side,
                from_x = (p.width - square) / 2 + x * square / side;
      const auto at = p.pixels.begin() + std::ptrdiff_t(from_y * p.width + from_x) * 3;
      to.insert(to.end(), at, at + 3);
    }
  return to;
}

/// Sky, sun and a meadow.
std::vector<std::uint8_t> painted(int side) {
  std::vector<std::uint8_t> to;
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x) {
      const double dx = x - 0.7 * side, dy = y - 0.3 * side;
      if (dx * dx + dy * dy < 0.02 * side * side) to.insert(to.end(), {250, 210, 60});
      else if (y < side * 2 / 3) to.insert(to.end(), {90, std::uint8_t(140 + 80 * y / side), 230});
      else to.insert(to.end(), {50, std::uint8_t(90 + 120 * (x % 7) / 7), 40});
    }
  return to;
}

std::string sheet_from(const std::string& file) {
  if (file.empty()) return sheet_of<96>(painted(96));
  if (quickstart::is_png(file)) return sheet_of<96>(middle(quickstart::read_png(file), 96));
  ct::cifar10_part images;
  try {
    images.append(file, 10000);
  } catch (const ct::file_error& e) {
    throw ct::file_error("a PNG picture or a CIFAR-10 file is expected; " + std::string(e.what()));
  }
  return sheet_of<32>({images.image_at(0), images.image_at(0) + 32 * 32 * 3});
}

}    // namespace

int main(int count, char** words) try {
  const std::string png = sheet_from(count > 1 ? words[1] : "");
  std::ofstream("contact_sheet.png", std::ios::binary) << png;
  std::printf("contact_sheet.png: crop, flip, color jitter, grayscale, blur, solarize, all of them\n");
  return 0;
} catch (const ct::error& e) {
  std::fprintf(stderr, "contact_sheet: %s\n", e.what());
  return 1;
}
