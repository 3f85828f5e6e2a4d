// SPDX-License-Identifier: MIT
#pragma once
// How a step of a program is chosen: by the backend's override patterns, else the layer's generic body.
//
// An override is `struct { static constexpr int layers; template <class V, class... L> struct step : no_step {}; … }`
// whose specializations serve a value V and the layers L... A step names its result, tape and scratch.
#include <contrastive/net/sequential.hpp>

namespace contrastive {

struct no_step {
  static constexpr bool exists = false;
};

/// One layer by its generic body, on row-major tensors.
template <class V, class L>
struct generic_step {
  static constexpr bool exists = true, is_generic = true;
  using backend = typename V::backend;
  using In = typename V::shape;
  using result = tensor<backend, typename L::template output<In>>;
  using tape = tape_of<L, backend, In>;
  using scratch = scratch_of<L, backend, In>;

  static constexpr std::size_t nested_generic_steps() {
    if constexpr (requires { L::template generic_steps<V>; }) return L::template generic_steps<V>;
    else return 0;
  }
  static void forward(auto& ctx, V& x, result& y, tape& t, scratch& s, const auto& layer) {
    L::forward(ctx, owned{layer, t, s}, x, y);
  }
  static void backward(auto& ctx, V& x, result& y, tape& t, scratch& s, auto& dy, auto& dx, const auto& layer) {
    L::backward(ctx, owned{layer, t, s}, x, y, dy, dx);
  }
};

/// Generic bodies in a step: itself, and those of programs inside it.
template <class Step>
constexpr std::size_t generic_steps_of() {
  std::size_t count = 0;
  if constexpr (requires { Step::is_generic; }) ++count;
  if constexpr (requires { Step::nested_generic_steps(); }) count += Step::nested_generic_steps();
  return count;
}

template <class Step, std::size_t First, std::size_t Count, class V>
struct link {
  using step = Step;
  using in = V;
  using out = typename Step::result;
  static constexpr std::size_t first = First, count = Count;
};

enum class ending { open, row_major };

namespace detail {

template <class Override, class Seq, class V, std::size_t I, class J = std::make_index_sequence<Override::layers>>
struct candidate : no_step {};
template <class O, class Seq, class V, std::size_t I, std::size_t... J>
  requires(I + sizeof...(J) <= Seq::depth)
struct candidate<O, Seq, V, I, std::index_sequence<J...>>
    : O::template step<V, typename Seq::template layer<I + J>...> {
  using step = typename O::template step<V, typename Seq::template layer<I + J>...>;
};

/// The link of the first override that matches at layer I, or void.
template <class Seq, class V, std::size_t I>
auto matching(type_list<>) -> void;
template <class Seq, class V, std::size_t I, class O, class... Rest>
auto matching(type_list<O, Rest...>) {
  using candidate = candidate<O, Seq, V, I>;
  if constexpr (candidate::exists) return link<typename candidate::step, I, O::layers, V>{};
  else return matching<Seq, V, I>(type_list<Rest...>{});
}
template <class Seq, class V, class Phase, std::size_t I>
using match = decltype(matching<Seq, V, I>(typename V::backend::template overrides<Phase>{}));

/// A backend may have its own form of a row-major tensor (`packing<V>::result`): where a pattern reads that form, a step
/// that covers no layer packs the value first. So one generic layer in a net does not push the rest off the fast path.
template <class Seq, class V, class Phase, std::size_t I>
auto packing_step() {
  if constexpr (requires { typename V::backend::template packing<V>; }) {
    using packing = typename V::backend::template packing<V>;
    if constexpr (packing::exists)
      if constexpr (!std::is_void_v<match<Seq, typename packing::result, Phase, I>>) return link<packing, I, 0, V>{};
  }
}

/// The first override that matches; packing for one that would; rows again, where nothing after a private value
/// understands it; else the generic body.
template <class Seq, class V, class Phase, std::size_t I>
auto choose() {
  using own = match<Seq, V, Phase, I>;
  using packing = decltype(packing_step<Seq, V, Phase, I>());
  if constexpr (!std::is_void_v<own>) return own{};
  else if constexpr (!std::is_void_v<packing>) return packing{};
  else if constexpr (requires { typename V::materialize; }) return link<typename V::materialize, I, 0, V>{};
  else return link<generic_step<V, typename Seq::template layer<I>>, I, 1, V>{};
}

}    // namespace detail

template <class Seq, class V, class Phase, ending End, std::size_t I = 0, class... Links>
auto compile() {
  if constexpr (I < Seq::depth) {
    using next = decltype(detail::choose<Seq, V, Phase, I>());
    return compile<Seq, typename next::out, Phase, End, I + next::count, Links..., next>();
  } else if constexpr (End == ending::row_major && requires { typename V::materialize; })
    return type_list<Links..., link<typename V::materialize, I, 0, V>>{};
  else return type_list<Links...>{};
}

}    // namespace contrastive
