// SPDX-License-Identifier: MIT
#pragma once
// What a schedule is: a share of the base rate for every step, made of numbers by name.
#include <contrastive/core/place_concepts.hpp>

#include <concepts>
#include <cstdint>

namespace contrastive {

namespace detail {
/// Numbers with defaults whose names are told to `members(f, s...)`, for a checkpoint's record.
template <class S>
concept ConfiguredSchedule = std::default_initializable<S> && std::copyable<S> &&
                             requires(const S& s) { S::members(detail::any_member{}, s); };

/// `rate(step, total)` is a function of the two alone, so that a resumed run goes on where it was.
template <class S>
concept SaysItsRate = requires(const S& s, std::int64_t step, std::int64_t total) {
  { s.rate(step, total) } -> std::convertible_to<double>;
};
}    // namespace detail

/// How the learning rate moves over a run:
///
///     struct halves {    // every third of the run
///       double share = 0.5;
///       static constexpr void members(auto&& f, auto&... s) { f("share", s.share...); }
///       double rate(std::int64_t step, std::int64_t total) const { return std::pow(share, double(3 * step / total)); }
///     };
template <class S>
concept Schedule = detail::ConfiguredSchedule<S> && detail::SaysItsRate<S>;

}    // namespace contrastive
