// SPDX-License-Identifier: MIT
#pragma once
// What an epoch's figures say of a run, in a word: some losses look the same when all is well and when all is lost.
#include <contrastive/core/compiler.hpp>

#include <cmath>
#include <string>

namespace contrastive {

/// How a run is doing. `unknown` before the first epoch has ended.
enum class verdict { unknown, learning, not_learning, collapsed };

/// In words: `not learning`.
inline std::string text_of(verdict v) {
  switch (v) {
    case verdict::learning: return "learning";
    case verdict::not_learning: return "not learning";
    case verdict::collapsed: return "collapsed";
    default: return "unknown";
  }
}

/// spread = √(1 − |mean of the rows, each of length 1|²): 1 where outputs point everywhere, 0 where all point one way.
/// By √dimension it is the standard deviation of a coordinate that Chen & He (2021, figure 2) watch, whose 1/√dimension
/// is a spread of 1. −1 where no directions are compared.
///
/// Collapsed: a spread below 0.05, which is a mean cosine above 0.9975. Not learning: a loss within a hundredth of its
/// chance level, or above; without such a level (0) that is not told.
inline verdict verdict_of(double loss, double chance_level, double spread) {
  constexpr double one_way = 0.05, near_chance = 0.01;
  if (spread >= 0 && spread < one_way) return verdict::collapsed;
  if (std::abs(chance_level) > 0 && loss > chance_level - near_chance * std::abs(chance_level))
    return verdict::not_learning;
  return verdict::learning;
}

}    // namespace contrastive
