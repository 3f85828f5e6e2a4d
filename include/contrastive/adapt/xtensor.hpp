// SPDX-License-Identifier: MIT
#pragma once
// xtensor in and out: embeddings seen as an xtensor, images taken from one. Nothing is copied.
#include <contrastive/core/matrix.hpp>
#include <contrastive/data/memory.hpp>

#if __has_include(<xtensor/containers/xtensor.hpp>)    // since 0.26
#include <xtensor/containers/xadapt.hpp>
#include <xtensor/containers/xtensor.hpp>
#else
#include <xtensor/xadapt.hpp>
#include <xtensor/xtensor.hpp>
#endif

#include <array>
#include <utility>

namespace contrastive {

/// The same numbers as an xtensor expression (rows, columns), which stays valid as long as `m` does.
///
///     xt::xtensor<float, 2> embeddings = as_xtensor(model.embed(images));    // a copy
inline auto as_xtensor(matrix& m) {
  const std::array<std::size_t, 2> shape{m.rows(), m.columns()};
  return xt::adapt<xt::layout_type::row_major>(m.data(), m.rows() * m.columns(), xt::no_ownership(), shape);
}
inline auto as_xtensor(const matrix& m) {
  const std::array<std::size_t, 2> shape{m.rows(), m.columns()};
  return xt::adapt<xt::layout_type::row_major>(m.data(), m.rows() * m.columns(), xt::no_ownership(), shape);
}
/// Of a matrix that is about to go away: a copy.
inline xt::xtensor<float, 2> as_xtensor(matrix&& m) { return as_xtensor(std::as_const(m)); }

namespace detail {

template <Image Sample>
std::span<const std::uint8_t> bytes_of_xtensor(const xt::xtensor<std::uint8_t, 4, xt::layout_type::row_major>& images) {
  const auto& found = images.shape();
  const std::array<int, 3> expected{Sample::height, Sample::width, Sample::channels};
  bool equal = true;
  for (std::size_t i = 0; i < 3; ++i) equal = equal && std::cmp_equal(found[i + 1], expected[i]);
  const auto text = [](const auto& shape, std::size_t from) {
    return std::to_string(shape[from]) + ", " + std::to_string(shape[from + 1]) + ", " +
           std::to_string(shape[from + 2]) + ")";
  };
  if (!equal)
    throw argument_error("dataset_from_xtensor: the tensor's shape is (" + std::to_string(found[0]) + ", " +
                         text(found, 1) + "; expected (images, " + text(expected, 0) + ": height, width, channels");
  return {images.data(), images.size()};
}

}    // namespace detail

/// The data set whose sample i is images(i, …): bytes of shape (images, height, width, channels), row-major. The tensor
/// is borrowed. Throws argument_error where its shape is not a sample's.
///
///     auto data = dataset_from_xtensor<image<28, 28, 1>>(images, labels, 10);
template <Image Sample>
memory_images<Sample> dataset_from_xtensor(const xt::xtensor<std::uint8_t, 4, xt::layout_type::row_major>& images) {
  return memory_images<Sample>{detail::bytes_of_xtensor<Sample>(images)};
}
template <Image Sample>
memory_dataset<Sample> dataset_from_xtensor(const xt::xtensor<std::uint8_t, 4, xt::layout_type::row_major>& images,
                                            std::span<const int> labels, int classes) {
  return {detail::bytes_of_xtensor<Sample>(images), labels, classes};
}
template <Image Sample>
memory_dataset<Sample> dataset_from_xtensor(const xt::xtensor<std::uint8_t, 4, xt::layout_type::row_major>& images,
                                            const xt::xtensor<int, 1, xt::layout_type::row_major>& labels,
                                            int classes) {
  return {detail::bytes_of_xtensor<Sample>(images), std::span<const int>{labels.data(), labels.size()}, classes};
}
/// A tensor without a name would be gone before its data set is used, and so would labels.
template <Image Sample>
void dataset_from_xtensor(xt::xtensor<std::uint8_t, 4, xt::layout_type::row_major>&&, const auto&...) = delete;
template <Image Sample>
void dataset_from_xtensor(const xt::xtensor<std::uint8_t, 4, xt::layout_type::row_major>&,
                          xt::xtensor<int, 1, xt::layout_type::row_major>&&, int) = delete;
template <Image Sample, detail::Temporary<int> Labels>
void dataset_from_xtensor(const xt::xtensor<std::uint8_t, 4, xt::layout_type::row_major>&, Labels&&, int) = delete;

}    // namespace contrastive
