// SPDX-License-Identifier: MIT
#pragma once
// What the encoder of a pipeline must be.
#include <contrastive/net/sequential.hpp>

namespace contrastive {

namespace detail {
struct any_child {    // a named type: nvcc refuses a generic lambda in a constraint
  template <class Child>
  void operator()(auto, const char*) const {}
};

/// It takes images of shape In.
template <class E, class In>
concept Encodes = Takes<E, In>;

/// It makes one vector of each image.
template <class E, class In>
concept MakesVectors = Encodes<E, In> && E::template output<In>::pixels == 1;

/// Its layers and their paths can be walked: it is a `sequential`, or names its children as one does.
template <class E>
concept Walkable = Composite<E> && requires { E::children(detail::any_child{}); };
}    // namespace detail

/// Images of shape In go in, vectors come out, and what lies between has names: a `sequential` that ends in
/// global_average_pool, flatten or a layer of vectors.
template <class E, class In>
concept Encoder = detail::MakesVectors<E, In> && detail::Walkable<E>;

}    // namespace contrastive
