// SPDX-License-Identifier: MIT
#pragma once
// An embedding: every token looks its vector up in a table that is learned.
#include <contrastive/core/sample.hpp>
#include <contrastive/net/layer.hpp>

namespace contrastive {

// clang-format off
namespace detail {
CONTRASTIVE_KERNEL(look_up, (), (auto y, auto weight, auto words),
  y(n, h, w, c) = weight(words(n, h, w, 0), 0, 0, c);)

// Where a word stands for the first time, the gradients of all its places are added, in their order: each word has one
// writer.
CONTRASTIVE_KERNEL(add_to_words, (int rows, int length, int channels), (auto gradient, auto words, auto dy),
  int word = words(n, 0, w, 0); int is_first = 1;
  for (int i = 0; i <= n && is_first; ++i)
    for (int j = 0; j < (i < n ? length : w) && is_first; ++j) is_first = words(i, 0, j, 0) != word;
  if (is_first)
    for (int i = n; i < rows; ++i)
      for (int j = i == n ? w : 0; j < length; ++j)
        if (words(i, 0, j, 0) == word)
          for (int k = 0; k < channels; ++k) gradient(word, 0, 0, k) += dy(i, 0, j, k);)
}    // namespace detail
// clang-format on

/// Vectors of words (PyTorch's Embedding). Input `tokens<Length, Words>`, (n, length); output an image of one line,
/// (n, 1, length, d). Parameter: `weight` (words, d). The gradient's sums have one order, so its bits do not depend on
/// threads; its time grows with the square of the batch's tokens.
///
///     using encoder = ct::sequential<ct::embedding<64>, ct::global_average_pool, ct::linear<128>>;
template <int Channels>
struct embedding {
  static_assert(Channels > 0, "an embedding needs at least one output");
  static constexpr bool takes_tokens = true;
  template <class In>
    requires(NamesThings<In>)
  using output = image<1, In::width, Channels>;
  template <class In>
  struct refusal {
    static_assert(detail::never<In>,
                  "embedding takes tokens: the first layer of a network whose sample is tokens<Length, Words>");
  };

  template <class B, class In>
  struct params {
    parameter<B, filter<In::words, 1, 1, Channels>, role::weight> weight;
    static constexpr void members(auto&& f, auto&... p) { f("weight", p.weight...); }
  };

  static void forward(auto& ctx, const auto& own, const auto& words, auto& y) {
    launch<detail::look_up>(ctx, operand_of(y).grid(), y, own.params.weight, words);    // (n, 1, length, d)
  }
  static void backward(auto& ctx, const auto& own, const auto& words, const auto&, const auto& dy, auto&) {
    const auto grid = operand_of(words).grid();
    map(ctx, own.grads.weight, 0);
    launch<detail::add_to_words>(ctx, grid, {grid.n, grid.w, Channels}, own.grads.weight, words, dy);    // (words, d)
  }
};

}    // namespace contrastive
