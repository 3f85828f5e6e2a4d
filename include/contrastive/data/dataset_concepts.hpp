// SPDX-License-Identifier: MIT
#pragma once
// Data sets: anything that can write its samples, and perhaps say their labels, by number.
#include <contrastive/core/sample.hpp>

#include <algorithm>
#include <concepts>
#include <span>
#include <type_traits>

namespace contrastive {

namespace detail {
/// Says what one sample is: `using sample = image<height, width, channels>;`, or table, signal, tokens.
template <class D>
concept HasSample = SampleShape<typename D::sample>;

/// Says how many samples there are.
template <class D>
concept HasSize = requires(const D& d) {
  { d.size() } -> std::integral;
};

/// Writes sample i into memory of sample::size numbers, row-major: (height, width, channels) of an image.
template <class D>
concept Reads = requires(const D& d, std::size_t i, std::span<stored_of<typename D::sample>> to) {
  { d.read(i, to) } -> std::same_as<void>;
};

/// The other way for images that lie in memory already: hands out the bytes of sample i, row-major. They stay where
/// they are while the set lives, and the library writes `read` of them.
template <class D>
concept HasImages = Image<typename D::sample> && requires(const D& d, std::size_t i) {
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
}    // namespace detail

/// What any training can learn from. Its members change nothing, and several threads call them at once, unless it says
/// `static constexpr bool reads_one_at_a_time = true`.
template <class D>
concept Dataset = detail::HasSample<D> && detail::HasSize<D> && (detail::Reads<D> || detail::HasImages<D>);

/// What supervised losses and evaluations need.
template <class D>
concept LabeledDataset = Dataset<D> && detail::HasLabels<D> && detail::HasClasses<D>;

namespace detail {
/// A view of memory that someone else owns: cheap to copy, so it is kept by value (`using borrows = void;`).
template <class D>
concept BorrowingDataset = Dataset<D> && requires { typename D::borrows; };

/// It may be read by one thread only.
template <class D>
concept ReadByOne = Dataset<D> && requires { requires D::reads_one_at_a_time; };

/// Reading is a copy in memory, for which one thread is enough (`static constexpr bool lies_in_memory = true;`).
template <class D>
concept LiesInMemory = Dataset<D> && (!Reads<D> || requires { requires D::lies_in_memory; });
}    // namespace detail

/// Writes sample i into `to`, sample::size numbers. Throws what the data set throws, and data_error for a token that is
/// no word.
template <Dataset D>
void read_sample(const D& data, std::size_t i, std::span<detail::stored_of<typename D::sample>> to) {
  using sample = typename D::sample;
  if constexpr (detail::Reads<D>) data.read(i, to);
  else std::copy_n(static_cast<const std::uint8_t*>(data.image_at(i)), to.size(), to.data());
  if constexpr (requires { sample::check(i, to); }) sample::check(i, to);
}

/// How parts of data sets and loaders keep one: what borrows by value, anything else by address.
template <Dataset D>
class borrowed {
 public:
  explicit borrowed(const D& data) : kept_(keep(data)) {}
  const D& operator*() const {
    if constexpr (detail::BorrowingDataset<D>) return kept_;
    else return *kept_;
  }

 private:
  using kept = std::conditional_t<detail::BorrowingDataset<D>, D, const D*>;
  static kept keep(const D& data) {
    if constexpr (detail::BorrowingDataset<D>) return data;
    else return &data;
  }
  kept kept_;
};

namespace detail {
/// A data set that may be borrowed from here: one that outlives the expression, or one that borrows itself.
template <class D>
concept Lendable = Dataset<std::remove_cvref_t<D>> &&
                   (std::is_lvalue_reference_v<D> || BorrowingDataset<std::remove_cvref_t<D>>);

/// Numbers of T that an expression would take away with it: a vector without a name, but not a span of one that has.
template <class R, class T>
concept Temporary = !std::is_lvalue_reference_v<R> && std::convertible_to<R, std::span<const T>> &&
                    !std::ranges::enable_borrowed_range<std::remove_cvref_t<R>>;

template <class R>
constexpr void refuse_temporary() {
  static_assert(std::is_void_v<R>, "a data set borrows the numbers that it is made of: give them a name");
}
}    // namespace detail

}    // namespace contrastive
