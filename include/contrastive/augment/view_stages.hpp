// SPDX-License-Identifier: MIT
#pragma once
// A list of augmentations becomes stages: where the device has an override for the next ones it makes them in one go,
// else the first of them is made by its generic body.
//
// What an override answers for augmentations, its maker:
//
//     struct my_maker {
//       static constexpr std::size_t covers = …;                          // augmentations, from the first on
//       void prepare(device, const auto& configs, auto first);    // part<first + k>(configs): of the k-th covered
//       void make(device, key, samples, view, x, y);              // x: (n, In), bytes or values; y: (n, output)
//       void evaluate(device, x, y);                                      // the same without chance
//     };
//
// The numbers of the k-th are drawn where the generic pass draws them: key.stream(purpose::augment, first + k, sample,
// view).
#include <contrastive/augment/augmentation_concepts.hpp>
#include <contrastive/augment/views.hpp>
#include <contrastive/core/overrides.hpp>

namespace contrastive::detail {

/// Augmentations First … First + Count − 1 of a list by a maker; where that is `nothing`, one by its generic body.
template <std::size_t First, std::size_t Count, class Maker>
struct view_stage {
  static constexpr std::size_t first = First, count = Count, behind = First + Count;
  using maker = Maker;
  static constexpr bool is_generic = std::is_same_v<Maker, nothing>;
};

template <class List, class In, std::size_t First, class Indices>
struct rest_of_list;
template <class List, class In, std::size_t First, std::size_t... K>
struct rest_of_list<List, In, First, std::index_sequence<K...>> {
  using question =
      asked::augmentations<typename List::template shape_at<In, First>, typename List::template layer<First + K>...>;
};

template <class B, class List, class In, std::size_t First = 0, class... Stages>
auto view_stages() {
  if constexpr (First == List::depth) return type_list<Stages...>{};
  else {
    using rest = rest_of_list<List, In, First, std::make_index_sequence<List::depth - First>>;
    using maker = answer_of<B, training, typename rest::question, nothing>;
    if constexpr (std::is_same_v<maker, nothing>)
      return view_stages<B, List, In, First + 1, Stages..., view_stage<First, 1, nothing>>();
    else return view_stages<B, List, In, First + maker::covers, Stages..., view_stage<First, maker::covers, maker>>();
  }
}

/// A list of augmentations for images of shape In, as a device makes it.
template <class B, class List, class In, class Stages = decltype(view_stages<B, List, In>())>
struct list_in_stages;
template <class B, class List, class In, class... Stages>
struct list_in_stages<B, List, In, type_list<Stages...>> {
  static constexpr std::size_t count = sizeof...(Stages);
  static constexpr std::size_t generic_augmentations = (std::size_t(Stages::is_generic) + ... + 0);
  using makers = pack<typename Stages::maker...>;
  template <std::size_t S>
  using stage = nth<S, Stages...>;
  template <std::size_t K>
  using input = typename List::template shape_at<In, K>;
  template <std::size_t K>
  static constexpr bool is_generic = ((Stages::is_generic && Stages::first == K) || ...);
  /// Augmentation K, or where a maker covers it, one that needs nothing.
  template <std::size_t K>
  using augmentation = std::conditional_t<is_generic<K>, typename List::template layer<K>, nothing>;
  /// Whether images lie somewhere on their way, or stored bytes as values.
  static constexpr bool needs_images = count > 1 || generic_augmentations > 0;
};

}    // namespace contrastive::detail
