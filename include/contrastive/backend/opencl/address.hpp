// SPDX-License-Identifier: MIT
#pragma once
// Where an element lies on an OpenCL device: a buffer and an offset. Kernels take both, so there are no sub-buffers and
// no alignment rule.
#include <contrastive/expr/random.hpp>

#ifndef CL_TARGET_OPENCL_VERSION
#define CL_TARGET_OPENCL_VERSION 120
#endif
#include <CL/cl.h>

#include <array>
#include <cstdint>

namespace contrastive {

/// An address on an OpenCL device: a buffer, and how many elements into it.
template <class E>
struct cl_address {
  using element = E;
  cl_mem memory = nullptr;
  std::size_t offset = 0;    // in elements

  constexpr explicit operator bool() const { return memory != nullptr; }
  constexpr cl_address operator+(std::size_t n) const { return {memory, offset + n}; }
  bool operator==(const cl_address&) const = default;
};

namespace on_opencl {

enum class kind { real32, int32, byte, random };
constexpr const char* name_of(kind k) { return k == kind::real32 ? "float" : k == kind::int32 ? "int" : "uchar"; }

template <class E>
inline constexpr bool has_kind = false;
template <>
inline constexpr bool has_kind<float> = true;
template <>
inline constexpr bool has_kind<std::int32_t> = true;
template <>
inline constexpr bool has_kind<std::uint8_t> = true;

template <class E>
constexpr kind kind_of() {
  static_assert(has_kind<E>, "an OpenCL kernel reads and writes float, int32 and uint8");
  return std::is_same_v<E, float> ? kind::real32 : std::is_same_v<E, std::int32_t> ? kind::int32 : kind::byte;
}

/// What kernels are told of an operand: all that is left of its type is its kind of element.
struct operand {
  cl_mem memory = nullptr;
  std::size_t offset = 0;
  kind what = kind::real32;
  std::array<std::ptrdiff_t, 4> stride{};    // n, h, w, c
  std::array<cl_uint, 6> numbers{};    // of random numbers: two of the key, three of the counter, a row's elements
  bool operator==(const operand&) const = default;
};
template <class E>
operand record(const strided<cl_address<E>>& v) {
  return {v.data.memory, v.data.offset, kind_of<E>(), {v.n, v.h, v.w, v.c}};
}

inline operand record(const strided<detail::random_numbers>& v) {
  const auto& [key, first, row_size, at] = v.data;
  return {nullptr,
          at,
          kind::random,
          {v.n, v.h, v.w, v.c},
          {key.word[0], key.word[1], first[1], first[2], first[3], row_size}};
}

}    // namespace on_opencl

}    // namespace contrastive
