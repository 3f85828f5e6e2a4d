// SPDX-License-Identifier: MIT
#pragma once
// What a plan can lay out: what takes its own place, and what names members that do.
#include <contrastive/core/place.hpp>

namespace contrastive {

namespace detail {
/// What a concept hands to T::members(f, …) to ask whether that compiles; a named type, as nvcc refuses a generic lambda
/// in a constraint.
struct any_member {
  void operator()(const char*, const auto&) const {}
};
}    // namespace detail

/// T takes its place itself (a tensor, a parameter, a chunk), or T::members(f, t) names every member that does.
template <class T, class B>
concept Placeable =
    std::default_initializable<T> &&
    (requires(T t, place<B> where) { t.place_in(where); } || requires(T t) { T::members(detail::any_member{}, t); });

}    // namespace contrastive
