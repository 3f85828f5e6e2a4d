// SPDX-License-Identifier: MIT
#pragma once
// Data sets: anything that can hand out its images, and perhaps their labels, by number.
#include <contrastive/core/shape.hpp>

#include <concepts>
#include <cstdint>
#include <type_traits>

namespace contrastive {

template <class T>
inline constexpr bool is_image = false;
template <int Height, int Width, int Channels>
inline constexpr bool is_image<image<Height, Width, Channels>> = true;
template <class T>
concept Image = is_image<T>;

/// Says what one sample is: `using sample = image<height, width, channels>;`
template <class D>
concept HasSample = Image<typename D::sample>;

/// Says how many samples there are.
template <class D>
concept HasSize = requires(const D& d) {
  { d.size() } -> std::integral;
};

/// Hands out the bytes of sample i, row-major (height, width, channels); they stay where they are while the set lives.
template <class D>
concept HasImages = requires(const D& d, std::size_t i) {
  { d.image_at(i) } -> std::convertible_to<const std::uint8_t*>;
};

/// Hands out the class of sample i: 0 … classes() − 1.
template <class D>
concept HasLabels = requires(const D& d, std::size_t i) {
  { d.label_at(i) } -> std::integral;
};

/// Says how many classes there are.
template <class D>
concept HasClasses = requires(const D& d) {
  { d.classes() } -> std::integral;
};

/// What any training can learn from. Several threads may read one set at a time, so these members change nothing.
template <class D>
concept Dataset = HasSample<D> && HasSize<D> && HasImages<D>;

/// What supervised losses and evaluations need.
template <class D>
concept LabeledDataset = Dataset<D> && HasLabels<D> && HasClasses<D>;

/// A view of memory that someone else owns: cheap to copy, so it is kept by value (`using borrows = void;`).
template <class D>
concept BorrowingDataset = Dataset<D> && requires { typename D::borrows; };

/// How views and loaders keep a data set: a view by value, anything else by address.
template <Dataset D>
class borrowed {
 public:
  explicit borrowed(const D& data) : kept_(keep(data)) {}
  const D& operator*() const {
    if constexpr (BorrowingDataset<D>) return kept_;
    else return *kept_;
  }

 private:
  using kept = std::conditional_t<BorrowingDataset<D>, D, const D*>;
  static kept keep(const D& data) {
    if constexpr (BorrowingDataset<D>) return data;
    else return &data;
  }
  kept kept_;
};

/// A data set that may be borrowed from here: one that outlives the expression, or a view.
template <class D>
concept Lendable = Dataset<std::remove_cvref_t<D>> &&
                   (std::is_lvalue_reference_v<D> || BorrowingDataset<std::remove_cvref_t<D>>);

}    // namespace contrastive
