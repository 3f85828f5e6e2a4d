// SPDX-License-Identifier: MIT
#pragma once
// Eigen in and out: embeddings seen as an Eigen matrix, images taken from one. Nothing is copied.
// The library's vectors come before Eigen: they read the intrinsics without GCC 12's warnings of them.
#include <contrastive/backend/cpu/kernels/simd.hpp>
#include <contrastive/core/matrix.hpp>
#include <contrastive/data/memory.hpp>

#include <Eigen/Core>

#include <utility>

namespace contrastive {

/// A matrix of float as the library lays it out: row-major.
using eigen_matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// The same numbers as an Eigen matrix (rows, columns), which stays valid as long as `m` does.
inline Eigen::Map<eigen_matrix> as_eigen(matrix& m) {
  return {m.data(), Eigen::Index(m.rows()), Eigen::Index(m.columns())};
}
inline Eigen::Map<const eigen_matrix> as_eigen(const matrix& m) {
  return {m.data(), Eigen::Index(m.rows()), Eigen::Index(m.columns())};
}
/// Of a matrix that is about to go away: a copy.
inline eigen_matrix as_eigen(matrix&& m) { return as_eigen(std::as_const(m)); }

namespace detail {

template <class M>
inline constexpr bool eigen_bytes = std::is_same_v<typename std::remove_cvref_t<M>::Scalar, std::uint8_t>;
template <class M>
inline constexpr bool eigen_rows = std::remove_cvref_t<M>::IsRowMajor;
template <class M>
inline constexpr bool eigen_images = eigen_bytes<M> && eigen_rows<M> && std::is_lvalue_reference_v<M>;

template <class M>
constexpr void require_eigen_images() {
  static_assert(eigen_bytes<M>, "a data set is made of an Eigen matrix of std::uint8_t");
  static_assert(!eigen_bytes<M> || eigen_rows<M>,
                "a data set is made of a row-major Eigen matrix (Eigen::RowMajor): each of its rows is an image");
  static_assert(!eigen_bytes<M> || !eigen_rows<M> || std::is_lvalue_reference_v<M>,
                "a data set borrows the Eigen matrix that it is made of: give the matrix a name");
}

template <Image Sample>
std::span<const std::uint8_t> bytes_of_eigen(const auto& m) {
  if (std::cmp_not_equal(m.cols(), Sample::size))
    throw argument_error("dataset_from_eigen: the matrix has " + std::to_string(m.cols()) + " columns; an image of " +
                         std::to_string(Sample::height) + "×" + std::to_string(Sample::width) + "×" +
                         std::to_string(Sample::channels) + " needs " + std::to_string(Sample::size));
  const bool rows_have_gaps = m.rows() > 0 && m.cols() > 1 && m.innerStride() != 1;
  if (rows_have_gaps || (m.rows() > 1 && m.outerStride() != m.cols()))
    throw argument_error("dataset_from_eigen: the rows of the matrix do not lie one after another; copy it first");
  return {m.data(), std::size_t(m.size())};
}

}    // namespace detail

/// The data set whose sample i is row i of a row-major matrix of bytes (images, height × width × channels). The matrix
/// is borrowed. Throws argument_error where its width is not a sample's.
///
///     auto data = dataset_from_eigen<image<28, 28, 1>>(pixels, labels, 10);
template <Image Sample, class Matrix>
auto dataset_from_eigen(Matrix&& pixels) {
  detail::require_eigen_images<Matrix>();
  if constexpr (detail::eigen_images<Matrix>) return memory_images<Sample>{detail::bytes_of_eigen<Sample>(pixels)};
  else return memory_images<Sample>{{}};    // one mistake, one error
}
template <Image Sample, class Matrix>
auto dataset_from_eigen(Matrix&& pixels, std::span<const int> labels, int classes) {
  detail::require_eigen_images<Matrix>();
  if constexpr (detail::eigen_images<Matrix>)
    return memory_dataset<Sample>{detail::bytes_of_eigen<Sample>(pixels), labels, classes};
  else return memory_dataset<Sample>{{}, labels, classes};
}
template <Image Sample, class Matrix, detail::Temporary<int> Labels>
auto dataset_from_eigen(Matrix&& pixels, Labels&&, int classes) {
  detail::refuse_temporary<Labels>();
  return dataset_from_eigen<Sample>(pixels, std::span<const int>{}, classes);    // one mistake, one error
}

}    // namespace contrastive
