// SPDX-License-Identifier: MIT
#pragma once
// Experiments below the backend line: values in a device's memory between guards, random shapes, and the reference
// beside.
#include <contrastive/backend/backend_concepts.hpp>
#include <contrastive/backend/reference.hpp>
#include <contrastive/testing/law.hpp>
#include <contrastive/testing/random.hpp>

#include <algorithm>

namespace contrastive::testing {

struct backend_law_options {
  std::uint64_t seed = 1;
  int shapes = 4;             // random shapes for each law
  double map = 3e-7;          // allowed for a few roundings of each element, relative
  double functions = 3e-7;    // … for each of the functions
  double sums = 2e-6;         // … for reduce and gemm: a plain sum of floats keeps it
};

namespace laws_of_backends {

using values = std::vector<double>;

/// Values in a device's memory, with guards on both sides that nothing may write to.
template <class B, class E>
struct stored {
  static constexpr std::size_t guard = 16;
  static constexpr int mark = 77;
  typename B::buffer memory;
  typename B::template address<E> data{};
  std::size_t size = 0;

  stored(B& device, const values& v) : memory(device.allocate((v.size() + 2 * guard) * sizeof(E))), size(v.size()) {
    std::vector<E> host(size + 2 * guard, E(mark));
    std::transform(v.begin(), v.end(), host.begin() + guard, [](double x) { return E(x); });
    const auto begin = B::template address_as<E>(device.address_of(memory));
    device.upload(begin, host.data(), host.size());
    data = begin + guard;
  }
  /// What lies there now; nothing at all where a guard was written to.
  values read(B& device) {
    std::vector<E> host(size + 2 * guard);
    device.download(host.data(), B::template address_as<E>(device.address_of(memory)), host.size());
    device.finish();
    const auto first = host.begin() + guard, last = host.end() - guard;
    const auto kept = [](E x) { return contrastive::detail::is_exactly(x, E(mark)); };
    if (!std::all_of(host.begin(), first, kept) || !std::all_of(last, host.end(), kept)) return {};
    return values(first, last);
  }
};
template <class E, class B>
stored<B, E> store(B& device, const values& v) {
  return {device, v};
}
/// In the device's own element.
template <class B>
stored<B, typename B::element> store(B& device, const values& v) {
  return {device, v};
}

// ---- shapes ---------------------------------------------------------------------------------------------------------

/// Row-major (n, h, w, c); where an extent is one, the same element all along.
template <class A>
strided<A> laid_out(A data, index4 extents) {
  const int line = extents.w * extents.c;
  return {data, extents.n > 1 ? std::ptrdiff_t(extents.h) * line : 0, extents.h > 1 ? line : 0,
          extents.w > 1 ? extents.c : 0, extents.c > 1 ? 1 : 0};
}
/// The extents whose bit is set (1: n, 2: h, 4: w, 8: c); the others are one.
inline index4 only(index4 extents, unsigned axes) {
  return {axes & 1 ? extents.n : 1, axes & 2 ? extents.h : 1, axes & 4 ? extents.w : 1, axes & 8 ? extents.c : 1};
}
inline constexpr unsigned all_axes = 15;

inline std::string text_of(index4 e) {
  return std::to_string(e.n) + "×" + std::to_string(e.h) + "×" + std::to_string(e.w) + "×" + std::to_string(e.c);
}
inline int between(random_stream& random, int least, int most) {
  return least + int(random.below(std::uint32_t(most - least + 1)));
}
inline index4 random_extents(random_stream& random, int most) {
  return {between(random, 1, most), between(random, 1, most), between(random, 1, most), between(random, 1, most)};
}

/// An operand of a tree: expressions of them are written as layers write theirs, and have no extents.
template <class A>
auto term(strided<A> operand) {
  return expression<extents{}, contrastive::detail::leaf<A>>{{operand}};
}
template <class B, class E>
auto term(const stored<B, E>& s, index4 extents) {
  return term(laid_out(s.data, extents));
}

// ---- trying ---------------------------------------------------------------------------------------------------------

/// A law and the worst that was found so far.
struct trial_of_law : law {
  trial_of_law(const std::string& what, double allowed) : law{what, 0, allowed} {}
  void add(double distance, const std::string& place) {
    if (distance <= found) return;
    found = distance;
    where = place;
  }
};

/// How far the device's result of an experiment is from the reference's. It is given the device, and returns values.
template <class B>
double distance(B& device, const auto& experiment) {
  reference oracle;
  return relative_distance(experiment(device), experiment(oracle));
}

}    // namespace laws_of_backends

}    // namespace contrastive::testing
