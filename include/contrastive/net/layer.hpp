// SPDX-License-Identifier: MIT
#pragma once
// What a layer may declare (params, state, config, tape, scratch) and what its bodies receive.
#include <contrastive/expr/verbs.hpp>

#include <string>
#include <vector>

namespace contrastive {

/// A shape whose numbers are no quantities but names of things: tokens. Few layers have a meaning for them.
template <class In>
concept NamesThings = requires { typename In::element; };

template <class L>
concept Composite = requires { L::is_composite; };

/// Layer L has a shape rule that accepts In, and says `takes_tokens = true` where In are tokens.
template <class L, class In>
concept Takes = requires { typename L::template output<In>; } &&
                (!NamesThings<In> || Composite<L> || requires { requires L::takes_tokens; });

template <class>
inline constexpr bool never = false;

// ---- each of these is `nothing` where the layer does not declare it -----------------------------------------------------

namespace detail {
template <class L, class B, class In>
struct declared {
  static auto params() {
    if constexpr (requires { typename L::template params<B, In>; })
      return std::type_identity<typename L::template params<B, In>>{};
    else return std::type_identity<nothing>{};
  }
  static auto state() {
    if constexpr (requires { typename L::template state<B, In>; })
      return std::type_identity<typename L::template state<B, In>>{};
    else return std::type_identity<nothing>{};
  }
  static auto tape() {
    if constexpr (requires { typename L::template tape<B, In>; })
      return std::type_identity<typename L::template tape<B, In>>{};
    else return std::type_identity<nothing>{};
  }
  static auto scratch() {
    if constexpr (requires { typename L::template scratch<B, In>; })
      return std::type_identity<typename L::template scratch<B, In>>{};
    else return std::type_identity<nothing>{};
  }
};
template <class L>
auto declared_config() {
  if constexpr (requires { typename L::config; }) return std::type_identity<typename L::config>{};
  else return std::type_identity<nothing>{};
}
}    // namespace detail

template <class L, class B, class In>
using params_of = typename decltype(detail::declared<L, B, In>::params())::type;
template <class L, class B, class In>
using state_of = typename decltype(detail::declared<L, B, In>::state())::type;
template <class L, class B, class In>
using tape_of = typename decltype(detail::declared<L, B, In>::tape())::type;
template <class L, class B, class In>
using scratch_of = typename decltype(detail::declared<L, B, In>::scratch())::type;
template <class L>
using config_of = typename decltype(detail::declared_config<L>())::type;

// ---- what a body receives ----------------------------------------------------------------------------------------------

/// What is a layer's own between steps. A step of a program receives one for every layer that it covers.
template <class Params, class State, class Config, class Grads>
struct slot {
  const Params& params;
  State& state;
  const Config& config;
  Grads& grads;
};
template <class P, class S, class C, class G>
slot(const P&, S&, const C&, G&) -> slot<P, S, C, G>;

/// The slot of the I-th child.
template <std::size_t I, class P, class S, class C, class G>
auto part(const slot<P, S, C, G>& s) {
  return slot{part<I>(s.params), part<I>(s.state), part<I>(s.config), part<I>(s.grads)};
}

/// The slot, and what lives during one step: a generic body's second argument.
template <class Slot, class Tape, class Scratch>
struct owned : Slot {
  Tape& tape;
  Scratch& scratch;
  const Slot& as_slot() const { return *this; }
};
template <class Slot, class Tape, class Scratch>
owned(Slot, Tape&, Scratch&) -> owned<Slot, Tape, Scratch>;

// ---- walking parameters -------------------------------------------------------------------------------------------------

/// A path like PyTorch's: "layer1.0.conv1.weight". An empty name adds nothing.
struct path {
  std::string text;
  path operator/(const char* name) const {
    if (*name == '\0') return *this;
    return {text.empty() ? std::string(name) : text + "." + name};
  }
};
/// For walks that need no names: costs nothing and allocates nothing.
struct no_path {
  constexpr no_path operator/(const char*) const { return {}; }
};

/// Walks sets of parameters (or states) of a layer in step: f(path, p, q...), in a fixed order.
template <class L>
constexpr void visit(auto&& f, const auto& where, auto& first, auto&... more) {
  if constexpr (Composite<L>)
    L::children([&]<class Child, std::size_t I>(std::type_identity<Child>, std::integral_constant<std::size_t, I>,
                                                const char* name) {
      contrastive::visit<Child>(f, where / name, part<I>(first), part<I>(more)...);
    });
  else
    std::remove_cvref_t<decltype(first)>::members(
        [&](const char* name, auto& p, auto&... q) { f(where / name, p, q...); }, first, more...);
}

namespace detail {
template <class L>
void add_leaf_paths(std::vector<std::string>& to, const path& where) {
  if constexpr (Composite<L>)
    L::children([&]<class Child, std::size_t I>(std::type_identity<Child>, std::integral_constant<std::size_t, I>,
                                                const char* name) { add_leaf_paths<Child>(to, where / name); });
  else to.push_back(where.text);
}
/// Paths of the layers that are no composites, in the order in which they run.
template <class L>
std::vector<std::string> leaf_paths() {
  std::vector<std::string> all;
  add_leaf_paths<L>(all, {});
  return all;
}
}    // namespace detail

/// f(config) for the configuration of every layer of type L inside Net.
template <class L, class Net>
constexpr void configure(auto& config, auto&& f) {
  if constexpr (std::is_same_v<L, Net>) f(config);
  else if constexpr (Composite<Net>)
    Net::children([&]<class Child, std::size_t I>(std::type_identity<Child>, std::integral_constant<std::size_t, I>,
                                                  const char*) { configure<L, Child>(part<I>(config), f); });
}

}    // namespace contrastive
