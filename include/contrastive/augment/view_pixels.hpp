// SPDX-License-Identifier: MIT
#pragma once
// Views to look at: the bytes that a person would see.
#include <contrastive/augment/normalize.hpp>
#include <contrastive/augment/view_pass.hpp>
#include <contrastive/data/dataset_concepts.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace contrastive {

/// The views of every image as bytes (height, width, channels): [view][image], drawn as in training at that key, but
/// never normalized. For a few images: all are made at once.
///
///     const auto views = ct::view_pixels<augmentations>(device, data.test(), model.configuration().views);
template <class Views, class Device, Dataset Data>
  requires(Image<typename Data::sample> && detail::AcceptsSamples<Views, typename Data::sample>)
std::vector<std::vector<std::vector<std::uint8_t>>> view_pixels(Device& device, const Data& data,
                                                                typename Views::config config = {},
                                                                random_key key = {}) {
  using sample = typename Data::sample;
  using pass = view_pass<Device, sample, Views>;
  using output = typename pass::output;
  const auto count = std::size_t(data.size());
  if constexpr (Views::config::template has<normalize::config>) config.set(normalize::config{});
  pass make(device, count, config);
  memory<Device, pack<tensor<Device, sample, std::uint8_t>>> stored(device, count);
  memory<Device, pack<tensor<Device, output>>> made(device, count * Views::count);
  std::vector<std::uint8_t> pixels(count * sample::size);
  for (std::size_t i = 0; i < count; ++i)
    read_sample(data, i, std::span(pixels).subspan(i * sample::size, sample::size));
  device.upload(part<0>(stored.value).data, pixels.data(), pixels.size());
  std::vector<int> numbers(count);
  std::iota(numbers.begin(), numbers.end(), 0);
  make.make(device, key, numbers, part<0>(stored.value), part<0>(made.value));
  std::vector<typename Device::element> values(count * Views::count * output::size);
  device.download(values.data(), part<0>(made.value).data, values.size());

  std::vector<std::vector<std::vector<std::uint8_t>>> views(Views::count);
  auto at = values.begin();
  for (auto& view : views)
    for (std::size_t i = 0; i < count; ++i) {
      auto& image = view.emplace_back(std::size_t(output::size));
      for (auto& byte : image) byte = std::uint8_t(std::lround(std::clamp(double(*at++), 0., 1.) * 255));
    }
  return views;
}

}    // namespace contrastive
