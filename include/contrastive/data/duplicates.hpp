// SPDX-License-Identifier: MIT
#pragma once
// Which samples of a data set another one has too, equal or nearly: what must not be learned from before it is asked.
#include <contrastive/core/error.hpp>
#include <contrastive/core/pack.hpp>
#include <contrastive/core/refuse.hpp>
#include <contrastive/data/dataset_concepts.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <unordered_map>
#include <vector>

namespace contrastive {

/// Which images are the same.
struct duplicate_options {
  double tolerance = 0;    // of thumbnails, in levels of 256; 0: equal in every byte
};

namespace detail {
template <class D>
using stored_values = std::vector<stored_of<typename D::sample>>;

template <Dataset D>
stored_values<D> values_of(const D& data, std::size_t i) {
  stored_values<D> values(D::sample::size);
  read_sample(data, i, std::span(values));
  return values;
}
inline std::uint64_t hash_of(std::span<const std::byte> bytes) {    // FNV-1a; what it takes for equal is compared
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const std::byte b : bytes) hash = (hash ^ std::uint64_t(b)) * 0x100000001b3;
  return hash;
}

/// Which samples of `data` the other one has, byte for byte.
template <Dataset D, Dataset Other>
std::vector<bool> equal_samples(const D& data, const Other& other) {
  const auto hash = [](const auto& values) { return hash_of(std::as_bytes(std::span(values))); };
  std::unordered_multimap<std::uint64_t, std::size_t> known;
  for (std::size_t i = 0; i < std::size_t(other.size()); ++i) known.emplace(hash(values_of(other, i)), i);
  std::vector<bool> found(std::size_t(data.size()));
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto values = values_of(data, i);
    const auto [first, last] = known.equal_range(hash(values));
    for (auto k = first; k != last && !found[i]; ++k) found[i] = values_of(other, k->second) == values;
  }
  return found;
}

/// An image as 8 × 8 gray means, of any image of at least that size.
constexpr int thumbnail_side = 8, thumbnail_size = thumbnail_side * thumbnail_side;
using thumbnail = std::array<float, thumbnail_size>;
template <class S>
concept HasThumbnail = Image<S> && S::height >= thumbnail_side && S::width >= thumbnail_side;

template <Dataset D>
  requires HasThumbnail<typename D::sample>
thumbnail thumbnail_of(const D& data, std::size_t i) {
  using S = typename D::sample;
  const auto values = values_of(data, i);
  thumbnail means{}, counts{};
  for (int y = 0; y < S::height; ++y)
    for (int x = 0; x < S::width; ++x) {
      const int field = y * thumbnail_side / S::height * thumbnail_side + x * thumbnail_side / S::width;
      for (int c = 0; c < S::channels; ++c)
        means[std::size_t(field)] += float(values[std::size_t((y * S::width + x) * S::channels + c)]);
      counts[std::size_t(field)] += float(S::channels);
    }
  for (std::size_t f = 0; f < means.size(); ++f) means[f] /= counts[f];
  return means;
}
inline float squared_distance(const thumbnail& a, const thumbnail& b) {
  float sum = 0;
  for (std::size_t f = 0; f < a.size(); ++f) sum += (a[f] - b[f]) * (a[f] - b[f]);
  return sum;
}

inline float mean_of(const thumbnail& t) {
  float sum = 0;
  for (const float v : t) sum += v;
  return sum / float(t.size());
}

/// Thumbnails by their mean: two are never nearer than their means are, so few are held against each other.
class known_thumbnails {
 public:
  template <Dataset D>
  explicit known_thumbnails(const D& data) {
    for (std::size_t i = 0; i < std::size_t(data.size()); ++i) {
      const thumbnail t = thumbnail_of(data, i);
      all_.push_back({mean_of(t), t});
    }
    std::sort(all_.begin(), all_.end(), [](const entry& a, const entry& b) { return a.mean < b.mean; });
  }
  /// Whether one differs by that many levels or less, root of the mean square.
  bool has(const thumbnail& own, double tolerance) const {
    const float most = float(tolerance * tolerance * thumbnail_size), slack = 1e-2f;    // means are rounded
    const float mean = mean_of(own), reach = float(tolerance) + slack;
    auto at = std::lower_bound(all_.begin(), all_.end(), mean - reach,
                               [](const entry& e, float value) { return e.mean < value; });
    for (; at != all_.end() && at->mean <= mean + reach; ++at)
      if (squared_distance(own, at->image) <= most) return true;
    return false;
  }

 private:
  struct entry {
    float mean;
    thumbnail image;
  };
  std::vector<entry> all_;
};

/// Which images of `data` have a thumbnail near that of one in `other`.
template <Dataset D, Dataset Other>
std::vector<bool> similar_images(const D& data, const Other& other, double tolerance) {
  const known_thumbnails known(other);
  std::vector<bool> found(std::size_t(data.size()));
  for (std::size_t i = 0; i < found.size(); ++i) found[i] = known.has(thumbnail_of(data, i), tolerance);
  return found;
}
template <class D>
struct equal_samples_have_one_shape {
  static_assert(never<D>, "samples of two shapes are never equal, and only images can be nearly so");
};
}    // namespace detail

/// The numbers of the samples of `data` that `other` does not have, ascending; `subset(data, numbers)` is then the data
/// set of these.
///
/// With a tolerance above 0 images count as the same whose 8 × 8 means of gray differ by so many of 256 levels or less
/// (root of the mean square), also images of two sizes; plain ones, as a white field, are then near to one another too.
/// Throws argument_error for a tolerance below 0, of 0 where the sizes differ, or above 0 for what has no 8 × 8 means.
///
///     const auto numbers = ct::without_duplicates(source, target, {.tolerance = 3});
///     const auto clean = ct::subset(source, numbers);
template <Dataset D, Dataset Other>
std::vector<int> without_duplicates(const D& data, const Other& other, const duplicate_options& options = {}) {
  constexpr bool one_shape = std::is_same_v<typename D::sample, typename Other::sample>;
  constexpr bool images = Image<typename D::sample> && Image<typename Other::sample>;
  if (!(options.tolerance >= 0 && std::isfinite(options.tolerance)))
    throw argument_error("without_duplicates: the tolerance is 0 or more levels of 256; found " +
                         std::to_string(options.tolerance));
  std::vector<bool> known;
  if constexpr (!one_shape && !images) detail::refuse<detail::equal_samples_have_one_shape<D>>();
  if (options.tolerance > 0) {
    if constexpr (detail::HasThumbnail<typename D::sample> && detail::HasThumbnail<typename Other::sample>)
      known = detail::similar_images(data, other, options.tolerance);
    else throw argument_error("without_duplicates: only images of 8 × 8 pixels or more have a tolerance above 0");
  } else {
    if constexpr (one_shape) known = detail::equal_samples(data, other);
    else throw argument_error("without_duplicates: images of two sizes are never equal; give a tolerance above 0");
  }
  std::vector<int> numbers;
  for (std::size_t i = 0; i < known.size(); ++i)
    if (!known[i]) numbers.push_back(int(i));
  return numbers;
}

}    // namespace contrastive
