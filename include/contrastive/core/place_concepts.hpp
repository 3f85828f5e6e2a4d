// SPDX-License-Identifier: MIT
#pragma once
// What a plan can lay out: what takes its own place, and what names members that do.
#include <contrastive/core/place.hpp>

namespace contrastive {

namespace detail {
/// T takes its place itself (a tensor, a parameter, a chunk), or every member of it does: those that T::members(f, t)
/// names, or its fields.
template <class T, class B>
concept Placeable = std::default_initializable<T> && (requires(T t, place<B> where) { t.place_in(where); } ||
                                                      detail::NamesMembers<T> || std::is_aggregate_v<T>);
}    // namespace detail

}    // namespace contrastive
