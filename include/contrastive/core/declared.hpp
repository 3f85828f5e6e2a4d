// SPDX-License-Identifier: MIT
#pragma once
// What a type declares, and what stands for it where it declares nothing.
#include <contrastive/core/compiler.hpp>

namespace contrastive::detail {

template <class Else, template <class...> class Of, class... T>
struct declared {
  using type = Else;
};
template <class Else, template <class...> class Of, class... T>
  requires requires { typename Of<T...>; }
struct declared<Else, Of, T...> {
  using type = Of<T...>;
};

/// Of<T...> where that is a type, else Else:
///
///     template <class A>
///     using config_in = typename A::config;
///     using config = declared_or<nothing, config_in, A>;
template <class Else, template <class...> class Of, class... T>
using declared_or = typename declared<Else, Of, T...>::type;

}    // namespace contrastive::detail
