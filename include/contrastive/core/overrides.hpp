// SPDX-License-Identifier: MIT
#pragma once
// The one door for what a device does in its own way: a list, asked in its order by layers, losses, views and products.
//
//     struct my_relu {                       // an override
//       static constexpr int covers = 1;     // of layers only: how many it takes at once
//       template <Shape S>
//       static my_relu_step<S> match(asked::layers<tensor<my_device, S>, relu>);    // declared only: the answer
//     };
//     struct my_device : … {
//       template <class Phase>
//       using overrides = type_list<my_relu, …>;
//     };
//
// The first whose `match` takes the question wins, else the generic body.
#include <contrastive/core/pack.hpp>

namespace contrastive {

namespace asked {

/// The layers L... on a value X. The answer is a step (net/step.hpp).
template <class X, class... L>
struct layers {};
/// A row-major X in a form of the device's own, which an override further on reads. The answer is a step without a
/// layer.
template <class X>
struct packing {};
/// A value of the device's own as a row-major tensor. The answer is a step without a layer.
template <class X>
struct unpacking {};
/// A loss over pairs, asked for in training. The answer is an engine (loss/pairwise.hpp).
template <class L>
struct pair_loss {};
/// A loss of two sets of rows, asked for in training. The answer judges a strip (loss/row_strips.hpp).
template <class L>
struct strip_loss {};
/// The augmentations A... of stored images In, asked for in training. The answer makes as many of them, from the first
/// on, as it covers (augment/view_stages.hpp).
template <class In, class... A>
struct augmentations {};
/// A matrix product. The answer has static void run(device, c, a, b, alpha, beta).
template <class Element>
struct product {};

}    // namespace asked

namespace detail {
/// The override takes the question. What its `match` returns is its answer; it is never called.
template <class Override, class Question>
concept Answers = requires(Question question) { Override::match(question); };
}    // namespace detail
/// What it answers: a step, an engine, a packing.
template <class Override, class Question>
  requires detail::Answers<Override, Question>
using answer = decltype(Override::match(std::declval<Question>()));

namespace detail {
template <class Question, class Else>
std::type_identity<Else> first_answer(type_list<>);
template <class Question, class Else, class Override, class... Rest>
auto first_answer(type_list<Override, Rest...>) {
  if constexpr (Answers<Override, Question>) return std::type_identity<answer<Override, Question>>{};
  else return decltype(first_answer<Question, Else>(type_list<Rest...>{})){};
}

/// The answer of the first override that a device offers in a phase, or Else.
template <class Device, class Phase, class Question, class Else = void>
using answer_of =
    typename decltype(detail::first_answer<Question, Else>(typename Device::template overrides<Phase>{}))::type;
}    // namespace detail

}    // namespace contrastive
