// SPDX-License-Identifier: MIT
#pragma once
// The oracle: naive loops in double on one thread.
#include <contrastive/backend/pointer.hpp>

#include <algorithm>
#include <vector>

namespace contrastive {

/// A device whose every result can be trusted and none is fast: double precision, plain loops, one thread.
struct reference : on_pointers::verbs<reference> {
  using element = double;
  template <class E>
  using address = E*;
  using buffer = std::vector<std::byte>;
  template <class Phase>
  using overrides = type_list<>;
  static constexpr const char* name = "reference";

  template <class E>
  static constexpr E* address_as(std::byte* p) {
    return reinterpret_cast<E*>(p);
  }
  buffer allocate(std::size_t bytes) { return buffer(bytes); }
  std::byte* address_of(buffer& b) { return b.data(); }
  template <class E>
  void upload(E* to, const E* from, std::size_t count) {
    std::copy(from, from + count, to);
  }
  template <class E>
  void download(E* to, const E* from, std::size_t count) {
    std::copy(from, from + count, to);
  }
  template <class E>
  void copy(E* to, const E* from, std::size_t count) {
    std::copy(from, from + count, to);
  }
  void finish() {}
  void each(std::size_t count, const auto& body) {
    for (std::size_t i = 0; i < count; ++i) body(i);
  }
};

}    // namespace contrastive
