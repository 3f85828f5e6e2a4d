// SPDX-License-Identifier: MIT
#pragma once
// Something to call that is handed down and not kept, as C++26's function_ref: no copy, no memory of its own, and
// unlike std::function no type information of a lambda whose name is as long as a network's.
#include <contrastive/core/compiler.hpp>

#include <concepts>
#include <memory>
#include <type_traits>
#include <utility>

namespace contrastive::detail {

template <class>
class function_ref;
template <class R, class... A>
class function_ref<R(A...)> {
 public:
  template <class F>
    requires(!std::same_as<std::remove_cvref_t<F>, function_ref> && std::is_invocable_r_v<R, F&, A...>)
  function_ref(F&& f)    // not explicit: a lambda is written where one is asked for
      : of_(const_cast<void*>(static_cast<const void*>(std::addressof(f)))), call_([](void* of, A... a) -> R {
          return (*static_cast<std::remove_reference_t<F>*>(of))(std::forward<A>(a)...);
        }) {}
  R operator()(A... a) const { return call_(of_, std::forward<A>(a)...); }

 private:
  void* of_;
  R (*call_)(void*, A...);
};

}    // namespace contrastive::detail
