// SPDX-License-Identifier: MIT
#pragma once
// The page of what_a_layer_sees: for each unit the image that excites it, and beside it the training images that do so
// most.
#include "page.hpp"
#include "quickstart/png.hpp"

#include <contrastive/core/matrix.hpp>
#include <contrastive/core/operand.hpp>
#include <contrastive/data/dataset_concepts.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace gallery {

namespace ct = contrastive;

inline constexpr const char* introduction = R"(<style>
.units{display:grid;grid-template-columns:repeat(auto-fill,minmax(180px,1fr));gap:1.1rem}.units figure{margin:0}
.seen{width:128px;height:128px;image-rendering:auto}.units figcaption b{color:var(--ink)}
</style>
<p class="note">Each large picture was painted to excite one unit of the network. Below it stand the training images that
excite the unit most; the number is the picture's activation as a multiple of the strongest of theirs.</p>)";

/// Values in [0, 1] as bytes.
inline std::vector<std::uint8_t> bytes_of(std::span<const float> values) {
  std::vector<std::uint8_t> bytes;
  for (const float v : values) bytes.push_back(std::uint8_t(std::lround(255 * std::clamp(v, 0.f, 1.f))));
  return bytes;
}
/// A picture of so many pixels on the page.
inline std::string picture(std::span<const std::uint8_t> pixels, ct::index4 size, const char* kind,
                           const std::string& title) {
  return "<img class=\"" + std::string(kind) + "\" alt=\"" + title + "\" title=\"" + title + "\" src=\"" +
         quickstart::data_url(pixels, size.h, size.w, size.c) + "\">";
}

/// Numbers of the images with the largest activations of a unit.
inline std::vector<std::size_t> most_exciting(const ct::matrix& activations, std::size_t unit, std::size_t count) {
  std::vector<std::size_t> order(activations.rows());
  std::iota(order.begin(), order.end(), std::size_t(0));
  count = std::min(count, order.size());
  std::partial_sort(order.begin(), order.begin() + std::ptrdiff_t(count), order.end(),
                    [&](std::size_t a, std::size_t b) { return activations(a, unit) > activations(b, unit); });
  order.resize(count);
  return order;
}

/// One unit: its image, its strongest training images, and by how much it is ahead of them.
template <class Data>
std::string unit(const std::string& name, std::span<const std::uint8_t> image, ct::index4 size, double activation,
                 const Data& data, const ct::matrix& activations, std::size_t number) {
  using sample = typename Data::sample;
  const auto strongest = most_exciting(activations, number, 3);
  const double best = strongest.empty() ? 0 : double(activations(strongest[0], number));
  std::string html = "<figure>" + picture(image, size, "seen", name) + "<br>";
  std::vector<std::uint8_t> pixels(sample::size);
  for (const std::size_t i : strongest) {
    ct::read_sample(data, i, std::span(pixels));
    html += picture(pixels, {1, sample::height, sample::width, sample::channels}, "known",
                    "training image " + std::to_string(i) + ": " + page::number(double(activations(i, number)), 2));
  }
  const std::string ahead = best > 0 ? page::number(activation / best, 2) + " ×" : page::number(activation, 2);
  return html + "<figcaption>" + page::escaped(name) + ": <b>" + ahead + "</b></figcaption></figure>\n";
}

}    // namespace gallery
