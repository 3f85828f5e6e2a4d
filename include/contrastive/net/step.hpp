// SPDX-License-Identifier: MIT
#pragma once
// How a step of a program is chosen: by the first of the device's overrides that takes the next layers, else the
// layer's generic body.
//
// A step names its result, tape and scratch, and has `forward` and, where its phase goes back, `backward`: generic_step
// shows their arguments. A step that covers no layer only changes how a value is stored.
#include <contrastive/core/overrides.hpp>
#include <contrastive/net/sequential.hpp>

namespace contrastive {

namespace detail {
/// One layer by its generic body, on row-major tensors.
template <class V, class L>
struct generic_step {
  static constexpr bool is_generic = true;
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
}    // namespace detail

/// Whether a program may end in a value that only its backend understands.
enum class ending { open, row_major };

namespace detail {

// what an override is asked at layer I: as many layers as it covers; nothing, where it covers none or more than are
// left
template <class Override>
inline constexpr std::size_t covered_by = 0;
template <class Override>
  requires requires { Override::covers; }
inline constexpr std::size_t covered_by<Override> = std::size_t(Override::covers);

template <class Seq, class V, std::size_t I, class Covered>
struct question_at {
  struct type {};
};
template <class Seq, class V, std::size_t I, std::size_t First, std::size_t... J>
  requires(I + sizeof...(J) < Seq::depth)
struct question_at<Seq, V, I, std::index_sequence<First, J...>> {
  using type = asked::layers<V, typename Seq::template layer<I>, typename Seq::template layer<I + J>...>;
};

/// The link of the first override that takes the layers from I on, or void.
template <class Seq, class V, std::size_t I>
auto matching(type_list<>) -> void {}    // defined: clang warns of layers in an unnamed namespace else
template <class Seq, class V, std::size_t I, class Override, class... Rest>
auto matching(type_list<Override, Rest...>) {
  constexpr std::size_t count = covered_by<Override>;
  using question = typename question_at<Seq, V, I, std::make_index_sequence<count>>::type;
  if constexpr (Answers<Override, question>) return link<answer<Override, question>, I, count, V>{};
  else return matching<Seq, V, I>(type_list<Rest...>{});
}
template <class Seq, class V, class Phase, std::size_t I>
using match = decltype(matching<Seq, V, I>(typename V::backend::template overrides<Phase>{}));

/// Where an override reads a form of the device's own, a step that covers no layer packs the value first. So one
/// generic layer in a net does not push the rest off the fast path.
template <class Seq, class V, class Phase, std::size_t I>
auto packed() {
  using packing = answer_of<typename V::backend, Phase, asked::packing<V>>;
  if constexpr (!std::is_void_v<packing>)
    if constexpr (!std::is_void_v<match<Seq, typename packing::result, Phase, I>>) return link<packing, I, 0, V>{};
}
/// Rows again, where nothing after a value of the device's own understands it.
template <class V, class Phase, std::size_t I>
auto unpacked() {
  using unpacking = answer_of<typename V::backend, Phase, asked::unpacking<V>>;
  if constexpr (!std::is_void_v<unpacking>) return link<unpacking, I, 0, V>{};
}

/// The first override that takes the layers; packing for one that would; rows again; else the generic body.
template <class Seq, class V, class Phase, std::size_t I>
auto choose() {
  using own = match<Seq, V, Phase, I>;
  if constexpr (!std::is_void_v<own>) return own{};
  else if constexpr (!std::is_void_v<decltype(packed<Seq, V, Phase, I>())>) return packed<Seq, V, Phase, I>();
  else if constexpr (!std::is_void_v<decltype(unpacked<V, Phase, I>())>) return unpacked<V, Phase, I>();
  else return link<generic_step<V, typename Seq::template layer<I>>, I, 1, V>{};
}

template <class Seq, class V, class Phase, ending End, std::size_t I = 0, class... Links>
auto compile() {
  if constexpr (I < Seq::depth) {
    using next = decltype(choose<Seq, V, Phase, I>());
    return compile<Seq, typename next::out, Phase, End, I + next::count, Links..., next>();
  } else if constexpr (End == ending::open) return type_list<Links...>{};
  else {
    using last = decltype(unpacked<V, Phase, I>());
    if constexpr (std::is_void_v<last>) return type_list<Links...>{};
    else return type_list<Links..., last>{};
  }
}
}    // namespace detail

}    // namespace contrastive
