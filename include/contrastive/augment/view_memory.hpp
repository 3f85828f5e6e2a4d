// SPDX-License-Identifier: MIT
#pragma once
// The memory that making views takes: drawn numbers, images on their way, constants, scratch. Planned at compile time.
#include <contrastive/augment/view_stages.hpp>

namespace contrastive::detail {

/// What one list of augmentations needs for images of shape In. Those that a maker covers need nothing here.
template <class B, class List, class In, class Indices = std::make_index_sequence<List::depth>>
struct list_memory;
template <class B, class List, class In, std::size_t... I>
struct list_memory<B, List, In, std::index_sequence<I...>> : list_in_stages<B, List, In> {
  using stages = list_in_stages<B, List, In>;
  template <std::size_t K>
  using augmentation = typename stages::template augmentation<K>;
  template <std::size_t K>
  using input = typename stages::template input<K>;
  template <std::size_t K>
  using scratch = scratch_of<augmentation<K>, B, input<K>>;
  using constants = pack<constants_of<augmentation<I>, B, input<I>>...>;

  static constexpr std::size_t numbers = (std::size_t(numbers_drawn<augmentation<I>>()) + ... + 0);
  static constexpr std::size_t largest_image = stages::needs_images ? std::max({In::size, input<I>::size...}) : 0;
  static constexpr footprint largest_scratch{std::max({std::size_t(0), footprint_of<scratch<I>, B>().fixed...}),
                                             std::max({std::size_t(0), footprint_of<scratch<I>, B>().row...})};

  /// Where the numbers of augmentation K begin among those of its list.
  template <std::size_t K>
  static constexpr std::size_t numbers_before = ((I < K ? std::size_t(numbers_drawn<augmentation<I>>()) : 0) + ... + 0);
};

/// Room for the scratch of whichever augmentation is at work.
template <class B, footprint Size>
struct room {
  place<B> where;
  constexpr void place_in(auto& p) {
    where = p.rest();
    p.skip(Size);
  }
};

/// Images on their way through a list, as far as there are any.
template <class B, std::size_t Size, class E>
using images_on_their_way = std::conditional_t<(Size > 0), tensor<B, features<std::max(int(Size), 1)>, E>, nothing>;

template <class B, class Sample, class Views, class Indices = std::make_index_sequence<std::size_t(Views::count)>>
struct views_memory;
template <class B, class Sample, class Views, std::size_t... V>
struct views_memory<B, Sample, Views, std::index_sequence<V...>> {
  template <std::size_t K>
  using list = list_memory<B, typename Views::template list<K>, seen_as<Sample>>;
  static constexpr std::size_t numbers = (list<V>::numbers + ...),
                               largest_image = std::max({list<V>::largest_image...});
  static constexpr footprint largest_scratch{std::max({list<V>::largest_scratch.fixed...}),
                                             std::max({list<V>::largest_scratch.row...})};
  template <std::size_t K>
  static constexpr std::size_t numbers_before = ((V < K ? list<V>::numbers : 0) + ... + 0);

  // alike views share their configuration, and so their makers
  static constexpr std::size_t lists_kept = Views::config::lists_kept;
  static constexpr std::size_t generic_augmentations = ((V < lists_kept ? list<V>::generic_augmentations : 0) + ...);
  using makers = pack<std::conditional_t<(V < lists_kept), typename list<V>::makers, nothing>...>;

  drawn_numbers<B, int(numbers)> drawn;
  images_on_their_way<B, largest_image, element_in<B, seen_as<Sample>>> images[2];
  pack<typename list<V>::constants...> constants;
  room<B, largest_scratch> scratch;

  static constexpr void members(auto&& f, auto&... m) {
    f("drawn", m.drawn...);
    f("images", m.images[0]...);
    f("images", m.images[1]...);
    f("constants", m.constants...);
    f("scratch", m.scratch...);
  }
};

}    // namespace contrastive::detail
