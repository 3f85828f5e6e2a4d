// SPDX-License-Identifier: MIT
#pragma once
// What a layer may declare (params, state, config, tape, scratch) and what its bodies receive.
#include <contrastive/core/declared.hpp>
#include <contrastive/expr/verbs.hpp>

#include <string>
#include <vector>

namespace contrastive {

/// A shape whose numbers are no quantities but names of things: tokens. Few layers have a meaning for them.
template <class In>
concept NamesThings = requires { typename In::element; };

/// A layer that is made of layers, which `children` walks.
template <class L>
concept Composite = requires { typename L::is_composite; };

/// Layer L has a shape rule that accepts In, and says `takes_tokens = true` where In are tokens.
template <class L, class In>
concept Takes = requires { typename L::template output<In>; } &&
                (!NamesThings<In> || Composite<L> || requires { requires L::takes_tokens; });

// ---- each of these is `nothing` where the layer does not declare it -------------------------------------------------

namespace detail {
template <class L, class B, class In>
using params_in = typename L::template params<B, In>;
template <class L, class B, class In>
using state_in = typename L::template state<B, In>;
template <class L, class B, class In>
using tape_in = typename L::template tape<B, In>;
template <class L, class B, class In>
using scratch_in = typename L::template scratch<B, In>;
template <class L>
using config_in = typename L::config;
}    // namespace detail

/// The parameters of layer L on backend B for inputs of shape In: what an optimizer moves.
template <class L, class B, class In>
using params_of = detail::declared_or<nothing, detail::params_in, L, B, In>;
/// Its statistics: what it moves itself.
template <class L, class B, class In>
using state_of = detail::declared_or<nothing, detail::state_in, L, B, In>;
/// What its backward pass needs of its forward pass.
template <class L, class B, class In>
using tape_of = detail::declared_or<nothing, detail::tape_in, L, B, In>;
/// What it needs during one step only.
template <class L, class B, class In>
using scratch_of = detail::declared_or<nothing, detail::scratch_in, L, B, In>;
/// Its numbers that a user may set.
template <class L>
using config_of = detail::declared_or<nothing, detail::config_in, L>;

// ---- what a body receives -------------------------------------------------------------------------------------------

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

// ---- walking parameters ---------------------------------------------------------------------------------------------

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

namespace detail {
/// f for every child of a layer that is made of layers, in order:
///
///     each_child<L>([&]<class Child>(auto i, const char* name) { visit<Child>(f, where / name, part<i>(params)); });
template <Composite L>
constexpr void each_child(auto&& f) {
  L::children(f);
}
}    // namespace detail

/// Walks sets of parameters (or states) of a layer in step: f(path, p, q...), in a fixed order.
template <class L>
constexpr void visit(auto&& f, const auto& where, auto& first, auto&... more) {
  if constexpr (Composite<L>)
    detail::each_child<L>([&]<class Child>(auto i, const char* name) {
      contrastive::visit<Child>(f, where / name, part<i>(first), part<i>(more)...);
    });
  else
    std::remove_cvref_t<decltype(first)>::members(
        [&](const char* name, auto& p, auto&... q) { f(where / name, p, q...); }, first, more...);
}

namespace detail {
template <class L>
void add_leaf_paths(std::vector<std::string>& to, const path& where) {
  if constexpr (Composite<L>)
    each_child<L>([&]<class Child>(auto, const char* name) { add_leaf_paths<Child>(to, where / name); });
  else to.push_back(where.text);
}
/// Paths of the layers that are no composites, in the order in which they run.
template <class L>
std::vector<std::string> leaf_paths() {
  std::vector<std::string> all;
  add_leaf_paths<L>(all, {});
  return all;
}

/// f(config) for the configuration of every layer of type L inside Net.
template <class L, class Net>
constexpr void configure(auto& config, auto&& f) {
  if constexpr (std::is_same_v<L, Net>) f(config);
  else if constexpr (Composite<Net>)
    each_child<Net>([&]<class Child>(auto i, const char*) { configure<L, Child>(part<i>(config), f); });
}
template <class L, class Net>
constexpr int count_of() {
  config_of<Net> all{};
  int count = 0;
  configure<L, Net>(all, [&](auto&) { ++count; });
  return count;
}
}    // namespace detail

/// The numbers of a network's layers, which their type reaches, wherever the layers stand:
///
///     settings.network.all<ct::batch_norm>([](auto& c) { c.momentum = 0.01; });
template <class Net>
struct network_config : config_of<Net> {
  template <class L>
  constexpr void all(auto&& f) {
    static_assert(detail::count_of<L, Net>() > 0, "this network has no such layer: name one that stands in it");
    detail::configure<L, Net>(static_cast<config_of<Net>&>(*this), f);
  }
};

}    // namespace contrastive
