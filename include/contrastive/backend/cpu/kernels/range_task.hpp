// SPDX-License-Identifier: MIT
#pragma once
// A reference to something that is called with a range of images; it may be nothing.
#include <contrastive/backend/cpu/kernels/target.hpp>

#include <concepts>
#include <memory>
#include <type_traits>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

/// Borrows a callable for the length of a call, as a kernel's prologue:
/// `[&](int first, int last) { x.apply(first, last); }`.
class range_task {
 public:
  constexpr range_task() = default;

  template <class F>
    requires(!std::same_as<std::remove_cvref_t<F>, range_task> && std::is_invocable_v<const F&, int, int>)
  constexpr range_task(const F& f)
      : what_(std::addressof(f)),
        call_([](const void* g, int first, int last) { (*static_cast<const F*>(g))(first, last); }) {}

  void operator()(int first, int last) const {
    if (call_) call_(what_, first, last);
  }
  explicit constexpr operator bool() const { return call_ != nullptr; }

 private:
  const void* what_ = nullptr;
  void (*call_)(const void*, int first, int last) = nullptr;
};

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu
