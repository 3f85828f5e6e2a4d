// SPDX-License-Identifier: MIT
#pragma once
// Samples: a shape, and how a data set stores its numbers. An image is one of them; tables, signals and tokens are
// others.
#include <contrastive/core/error.hpp>
#include <contrastive/core/shape.hpp>

#include <cstdint>
#include <span>
#include <string>

namespace contrastive {

namespace detail {
template <class T>
inline constexpr bool is_image = false;
template <int Height, int Width, int Channels>
inline constexpr bool is_image<image<Height, Width, Channels>> = true;
}    // namespace detail
/// Stored as bytes 0 … 255, row-major (height, width, channels); views see values in [0, 1].
template <class T>
concept Image = detail::is_image<T>;

/// One row of a table: (c) numbers, stored as float. Views and networks see them as they are, as `features<Columns>`.
template <int Columns>
struct table : features<Columns> {
  using stored = float;
  using seen_as = features<Columns>;
};

/// A series of measurements: (length, c) numbers, stored as float. Views and networks see them as they are, as an image
/// of one line, along which `conv2d<64, sides{1, 5}>` and pools go.
template <int Length, int Channels>
struct signal : image<1, Length, Channels> {
  using stored = float;
  using seen_as = image<1, Length, Channels>;
};

/// A text of `Length` words: (length) numbers 0 … Words − 1, stored as std::int32_t. Shorter texts are padded by a word
/// that stands for none. They enter a network by `embedding<D>`.
template <int Length, int Words>
struct tokens : image<1, Length, 1> {
  static_assert(Words > 0, "there is at least one word");
  using stored = std::int32_t;
  using seen_as = tokens;
  using element = std::int32_t;    // of a tensor of them
  static constexpr int words = Words;

  /// Throws data_error for a number that is no word.
  static void check(std::size_t sample, std::span<const std::int32_t> found) {
    for (std::size_t i = 0; i < found.size(); ++i)
      if (found[i] < 0 || found[i] >= Words)
        throw data_error("token " + std::to_string(i) + " of sample " + std::to_string(sample) + " is " +
                         std::to_string(found[i]) + "; expected 0 to " + std::to_string(Words - 1));
  }
};

namespace detail {
template <class S>
struct sample_facts;
template <Image S>
struct sample_facts<S> {
  using stored = std::uint8_t;
  using seen_as = S;
};
template <class S>
  requires requires {
    typename S::stored;
    typename S::seen_as;
  }
struct sample_facts<S> {
  using stored = typename S::stored;
  using seen_as = typename S::seen_as;
};
}    // namespace detail

/// A shape of which data sets can be made: an image, or a shape that names `stored` (the type of the numbers in a data
/// set) and `seen_as` (the shape that views and networks take). It may `check(number, values)` what a data set has
/// read.
template <class S>
concept SampleShape = Shape<S> && requires { typename detail::sample_facts<S>::stored; } &&
                      Shape<typename detail::sample_facts<S>::seen_as>;

namespace detail {
/// What a data set stores of a sample: std::uint8_t for images, float for tables and signals, std::int32_t for tokens.
template <class S>
using stored_of = typename detail::sample_facts<S>::stored;
}    // namespace detail
/// The shape in which views and networks see a sample.
template <class S>
using seen_as = typename detail::sample_facts<S>::seen_as;

}    // namespace contrastive
