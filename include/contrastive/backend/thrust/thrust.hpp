// SPDX-License-Identifier: MIT
#pragma once
// Thrust, on a system named by type: thrust_on<cpp_system>, thrust_on<omp_system>, thrust_on<cuda_system>.
#include <contrastive/backend/thrust/reduce.hpp>

#include <thrust/copy.h>
#include <thrust/for_each.h>
#include <thrust/iterator/counting_iterator.h>
#include <thrust/memory.h>

#include <cstddef>

namespace contrastive {

/// Where a Thrust backend runs: an execution policy, memory, transfers to and from the host, and its matrix product. It
/// may offer `overrides<Phase>` of its own, which are those of the device.
template <class S>
concept ThrustSystem = std::move_constructible<S> && std::constructible_from<S, typename S::options> &&
                       requires(S s, void* to, const void* from, std::size_t bytes, typename S::gemm g) {
                         s.policy();
                         { s.allocate(bytes) } -> std::same_as<typename S::buffer>;
                         s.transfer(to, from, bytes);
                         s.finish();
                         { S::name } -> std::convertible_to<const char*>;
                       };

namespace detail {
template <class System, class Phase>
struct offered_by {
  using type = type_list<>;
};
template <class System, class Phase>
  requires requires { typename System::template overrides<Phase>; }
struct offered_by<System, Phase> {
  using type = typename System::template overrides<Phase>;
};
}    // namespace detail

/// Float on a Thrust system. The device value owns its scratch (and on CUDA its stream); one thread uses it at a time.
///
/// Every sum is added in an order that its shape alone fixes, so results are the same for any number of threads.
///
///     thrust_on<omp_system> device;
template <ThrustSystem System>
class thrust_on : public on_pointers::verbs<thrust_on<System>> {
  using generic = on_pointers::verbs<thrust_on<System>>;

 public:
  using element = float;
  using options = typename System::options;
  using buffer = typename System::buffer;
  template <class E>
  using address = E*;
  template <class Phase>
  using overrides = typename detail::offered_by<System, Phase>::type;
  static constexpr const char* name = System::name;

  explicit thrust_on(options o = {}) : system_(o), scratch_(system_.allocate(0)) {}

  template <class E>
  static constexpr E* address_as(std::byte* p) {
    return reinterpret_cast<E*>(p);
  }
  buffer allocate(std::size_t bytes) { return system_.allocate(bytes); }
  std::byte* address_of(buffer& b) { return thrust::raw_pointer_cast(b.data()); }
  template <class E>
  void upload(E* to, const E* from, std::size_t count) {
    system_.transfer(to, from, count * sizeof(E));
  }
  template <class E>
  void download(E* to, const E* from, std::size_t count) {
    system_.transfer(to, from, count * sizeof(E));
  }
  template <class E>
  void copy(E* to, const E* from, std::size_t count) {
    thrust::copy_n(system_.policy(), from, count, to);
  }
  void finish() { system_.finish(); }
  /// For a system's own overrides: its handles and streams.
  System& system() { return system_; }

  /// body(0) … body(count − 1), each of about `steps` operations. A host does little work without starting its threads.
  template <class Body>
  void each(std::size_t count, const Body& body, std::size_t steps = 1) {
    if constexpr (requires { System::worth_threads; })
      if (count * steps < System::worth_threads) {
        for (std::size_t i = 0; i < count; ++i) body(i);
        return;
      }
    thrust::for_each_n(system_.policy(), thrust::counting_iterator<std::size_t>(0), count, body);
  }

  template <fold F, class E, class Tree>
  void reduce(index4 kept, index4 folded, strided<E*> out, const Tree& tree) {
    const detail::fold_cut cut = detail::cut_fold(kept.size(), folded.size());
    const std::size_t outputs = kept.size();
    if (cut.segments == 1)
      return each(outputs, on_pointers::reduce_body<F, E, Tree>{kept, folded, out, tree}, folded.size());
    double* partials = scratch<double>(outputs * cut.segments);
    each(outputs * cut.segments, on_thrust::segment_body<F, E, Tree>{kept, folded, partials, cut.length, tree},
         cut.length);
    each(outputs, on_thrust::partials_body<F, E>{kept, out, partials, cut.segments}, cut.segments);
  }

  using generic::gemm;
  void gemm(matrix_operand<float*> c, matrix_operand<float*> a, matrix_operand<float*> b, double alpha, double beta) {
    System::gemm::run(*this, c, a, b, float(alpha), float(beta));
  }

  /// Memory for one verb: grows to the largest that was ever needed, then stays.
  template <class E>
  E* scratch(std::size_t count) {
    if (scratch_.size() < count * sizeof(E)) scratch_ = allocate(count * sizeof(E));
    return address_as<E>(address_of(scratch_));
  }

 private:
  System system_;
  buffer scratch_;
};

}    // namespace contrastive
