// SPDX-License-Identifier: MIT
#pragma once
// Layers in a row. Nested sequences are one flat list for the program; parameters keep their nested paths.
#include <contrastive/net/layer.hpp>

#include <algorithm>

namespace contrastive {

namespace detail {
/// A text as a template argument.
template <std::size_t N>
struct fixed_string {
  char text[N];
  consteval fixed_string(const char (&s)[N]) { std::copy(s, s + N, text); }
};
}    // namespace detail

/// Names a layer inside a sequence: named<"conv1", conv2d<64, 3>>. Unnamed layers are called by their number, as in
/// PyTorch; the empty name adds nothing to the path.
template <detail::fixed_string Name, class Layer>
struct named {
  using named_layer = Layer;
  static constexpr const char* name = Name.text;
};

namespace detail {
// asked by a member: nvcc 13 matches no partial specialization over a string
template <class L>
concept Named = requires { typename L::named_layer; };

template <class L, std::size_t I>
struct child {
  using type = L;
  static constexpr const char* name = digits<I>;
};
template <Named L, std::size_t I>
struct child<L, I> {
  using type = typename L::named_layer;
  static constexpr const char* name = L::name;
};

// shapes along a sequence, up to the first layer that refuses
template <std::size_t N, class In, class... L>
struct chain : entry<N, In> {
  static constexpr std::size_t reached = N;
};
template <std::size_t N, class In, class L0, class... L>
  requires Takes<L0, In>
struct chain<N, In, L0, L...> : entry<N, In>, chain<N + 1, typename L0::template output<In>, L...> {
  static constexpr std::size_t reached = chain<N + 1, typename L0::template output<In>, L...>::reached;
};

template <class Indices, class... L>
struct sequence;
template <std::size_t... I, class... L>
struct sequence<std::index_sequence<I...>, L...> {
  using is_composite = void;
  static constexpr std::size_t depth = sizeof...(L);

  template <std::size_t K>
  using layer = typename nth<K, child<L, I>...>::type;
  template <class In>
  using shapes = chain<0, In, typename child<L, I>::type...>;
  template <class In>
  static constexpr std::size_t reached = shapes<In>::reached;
  template <class In, std::size_t K>
  using shape_at = typename decltype(find_entry<K>(static_cast<const shapes<In>*>(nullptr)))::type;
  template <class In>
    requires(reached<In> == depth)
  using output = shape_at<In, depth>;

  template <class B, class In>
  using params = pack<params_of<typename child<L, I>::type, B, shape_at<In, I>>...>;
  template <class B, class In>
  using state = pack<state_of<typename child<L, I>::type, B, shape_at<In, I>>...>;
  using config = pack<config_of<typename child<L, I>::type>...>;

  static constexpr void children(auto&& f) {
    (f.template operator()<typename child<L, I>::type>(std::integral_constant<std::size_t, I>{}, child<L, I>::name),
     ...);
    (void)f;
  }
};
}    // namespace detail

/// Layers, one after the other; an empty sequence is the identity.
template <class... Layers>
struct sequential : detail::sequence<std::index_sequence_for<Layers...>, Layers...> {};

/// No layer: what comes in goes out.
using identity = sequential<>;

namespace detail {
template <class L>
inline constexpr bool is_sequential = false;
template <class... L>
inline constexpr bool is_sequential<sequential<L...>> = true;
}    // namespace detail

// ---- flattening -----------------------------------------------------------------------------------------------------

namespace detail {
template <class L>
inline constexpr std::size_t leaves = 1;
template <Named L>
inline constexpr std::size_t leaves<L> = leaves<typename L::named_layer>;
template <class... L>
inline constexpr std::size_t leaves<sequential<L...>> = (leaves<L> + ... + 0);

template <class... Lists>
struct joined;
template <>
struct joined<> {
  using type = sequential<>;
};
template <class... A>
struct joined<sequential<A...>> {
  using type = sequential<A...>;
};
template <class... A, class... B, class... Rest>
struct joined<sequential<A...>, sequential<B...>, Rest...> : joined<sequential<A..., B...>, Rest...> {};

template <class L>
struct flat_list {
  using type = sequential<L>;
};
template <Named L>
struct flat_list<L> : flat_list<typename L::named_layer> {};
template <class... L>
struct flat_list<sequential<L...>> : joined<typename flat_list<L>::type...> {};

/// The same layers as one sequence without nesting or names.
template <class L>
using flattened = typename flat_list<L>::type;

/// Where the I-th layer of the flat list stands: in which child of a sequence, and there as which of its own.
struct leaf_place {
  std::size_t child, leaf;
};
template <class... L>
consteval leaf_place place_of_leaf(const sequential<L...>*, std::size_t i) {
  std::size_t child = 0;
  for (const std::size_t count : {leaves<L>...}) {
    if (i < count) break;
    i -= count, ++child;
  }
  return {child, i};
}

/// The slot of the I-th layer of the flat list, from the nested slots.
template <class Seq, std::size_t I>
auto leaf_at(const auto& slots) {
  constexpr leaf_place at = place_of_leaf(static_cast<const Seq*>(nullptr), I);
  using L = typename Seq::template layer<at.child>;
  if constexpr (is_sequential<L>) return leaf_at<L, at.leaf>(part<at.child>(slots));
  else return part<at.child>(slots);
}
}    // namespace detail

}    // namespace contrastive
