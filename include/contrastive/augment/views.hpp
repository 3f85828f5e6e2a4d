// SPDX-License-Identifier: MIT
#pragma once
// Views: which augmentations make the two (or more) pictures of one image that a network learns to recognize.
#include <contrastive/augment/augmentation_concepts.hpp>
#include <contrastive/core/refuse.hpp>
#include <contrastive/core/sample.hpp>
#include <contrastive/net/sequential.hpp>

namespace contrastive {

/// Augmentations, one after the other. A list may stand inside a list.
template <class... Augmentations>
using compose = sequential<Augmentations...>;

namespace detail {
template <class List>
struct config_of_list;
template <class... A>
struct config_of_list<sequential<A...>> : pack<config_of<A>...> {
  /// The configuration of the first A in the list.
  template <class Wanted>
  constexpr auto& of() {
    return part<place_of<Wanted>>(*this);
  }
  template <class Wanted>
  constexpr const auto& of() const {
    return part<place_of<Wanted>>(*this);
  }
  template <class C>
  static constexpr bool has = (std::is_same_v<config_of<A>, C> || ...);
  template <class C>
  constexpr void set(const C& config) {
    pack<config_of<A>...>::members(
        [&]<class Own>(const char*, Own& own) {
          if constexpr (std::is_same_v<Own, C>) own = config;
        },
        *this);
  }

 private:
  template <class Wanted>
  static constexpr std::size_t place_of = [] {
    static_assert((std::is_same_v<A, Wanted> || ...), "these views have no such augmentation");
    constexpr bool wanted[] = {std::is_same_v<A, Wanted>...};
    return std::size_t(std::find(wanted, wanted + sizeof...(A), true) - wanted);
  }();
};

// Place in its list, augmentation, the images that reach it: why it cannot be used there.
template <std::size_t Place, class A, class In>
struct augmentation_refused {
  static_assert(Stateless<A>, "an augmentation is an empty type: put what a person tunes into its config");
  static_assert(ConfiguredAugmentation<A>,
                "an augmentation's config has a default for every number and names them: static constexpr void "
                "members(auto&& f, auto&... c) { f(\"strength\", c.strength...); }");
  static_assert(DrawsFloats<A>,
                "an augmentation draws by static std::array<float, N> draw(const config&, random_stream&, image_size)");
  static_assert(MakesImages<A, In> || NamesThings<In>,
                "this augmentation has no output<In> for the images that reach it");
  static_assert(MakesImages<A, In> || !NamesThings<In>,
                "this augmentation changes quantities, and tokens are none: one of tokens says takes_tokens = true");
  static_assert(
      !MakesImages<A, In> || Applies<A, In>,
      "an augmentation makes its pixels by static void apply(auto& ctx, const auto& own, const auto& x, auto& "
      "y)");
};
template <std::size_t Place, class A, class In>
  requires(!NamesThings<In> && !Takes<A, In> && requires { typename A::template refusal<In>; })
struct augmentation_refused<Place, A, In> : A::template refusal<In> {};

// up to the first that cannot be used where it stands
template <class List, class In, std::size_t I = 0>
constexpr bool list_accepts() {
  if constexpr (I == List::depth) return true;
  else {
    using A = typename List::template layer<I>;
    using X = typename List::template shape_at<In, I>;
    if constexpr (Augmentation<A, X>) return list_accepts<List, In, I + 1>();
    else return refuse<augmentation_refused<I, A, X>>();
  }
}

template <class... Outputs>
struct views_differ {
  static_assert(never<type_list<Outputs...>>,
                "the views of a sample go through one network, so they have one size: give each list a "
                "random_resized_crop of the same height and width, or put the smaller ones into multi_crop");
};

/// What a person tunes about a set of views: the configuration of each of its augmentations, by their types.
///
///     config{normalize::config{.mean = 0.286, .deviation = 0.353}}           the others keep their defaults
///     config.of<horizontal_flip>().probability = 0.3;
///     config.view<1>().of<gaussian_blur>().probability = 0.1;                where every view has its own list
template <class... Lists>
struct views_config {
  static constexpr bool alike = (std::is_same_v<Lists, nth<0, Lists...>> && ...);
  static constexpr std::size_t lists_kept = alike ? 1 : sizeof...(Lists);
  template <class C>
  static constexpr bool has = (detail::config_of_list<Lists>::template has<C> || ...);
  std::conditional_t<alike, pack<detail::config_of_list<nth<0, Lists...>>>, pack<detail::config_of_list<Lists>...>>
      lists;

  constexpr views_config() = default;
  template <class... C>
    requires(sizeof...(C) > 0 && !(std::is_same_v<C, views_config> || ...))
  constexpr views_config(const C&... configs) {
    (set(configs), ...);
  }

  /// Alike views share one configuration.
  template <std::size_t V>
  constexpr auto& view() {
    return part<alike ? 0 : V>(lists);
  }
  template <std::size_t V>
  constexpr const auto& view() const {
    return part<alike ? 0 : V>(lists);
  }
  template <class A>
    requires alike
  constexpr auto& of() {
    return part<0>(lists).template of<A>();
  }
  template <class A>
    requires alike
  constexpr const auto& of() const {
    return part<0>(lists).template of<A>();
  }
  template <class C>
  constexpr void set(const C& config) {
    static_assert(has<C>,
                  "none of these views has an augmentation with "
                  "this configuration");
    for_each_index<lists_kept>([&](auto v) { part<v>(lists).set(config); });
  }
  static constexpr void members(auto&& f, auto&... c) { f("lists", c.lists...); }
};

template <class... Lists>
struct view_lists {
  static_assert(sizeof...(Lists) > 0, "a sample has at least one view");
  static constexpr int count = sizeof...(Lists);
  static constexpr int first_view = 0;    // the number by which view 0 of these draws
  template <std::size_t V>
  using list = nth<V, Lists...>;
  using config = views_config<Lists...>;

  // of the shape in which views see a sample
  template <class In>
  static constexpr bool same_output() {
    if constexpr (((Lists::template reached<In> == Lists::depth) && ...))
      return (std::is_same_v<typename Lists::template output<In>, typename list<0>::template output<In>> && ...);
    else return false;
  }
  template <SampleShape Sample>
    requires(same_output<seen_as<Sample>>())
  using output = typename list<0>::template output<seen_as<Sample>>;

  template <SampleShape Sample>
  static constexpr bool accepts() {
    using In = seen_as<Sample>;
    if constexpr (!(list_accepts<Lists, In>() && ...)) return false;
    else if constexpr (same_output<In>()) return true;
    else return refuse<views_differ<typename Lists::template output<In>...>>();
  }
};
template <class List, class Indices>
struct repeated;
template <class List, std::size_t... V>
struct repeated<List, std::index_sequence<V...>> : view_lists<std::enable_if_t<V + 1 != 0, List>...> {};
}    // namespace detail

/// A list of augmentations for each view.
///
///     each_view<compose<random_resized_crop<>, horizontal_flip>, compose<random_resized_crop<>, intensity_jitter>>
template <class... Lists>
struct each_view : detail::view_lists<detail::flattened<Lists>...> {};

/// `Count` views of every sample, each by the same augmentations with other random numbers.
template <int Count, class... Augmentations>
struct n_views
    : detail::repeated<detail::flattened<compose<Augmentations...>>, std::make_index_sequence<std::size_t(Count)>> {};

/// Two views of every sample.
///
///     using augmentations = views<random_resized_crop<>, horizontal_flip, intensity_jitter, normalize>;
template <class... Augmentations>
struct views : n_views<2, Augmentations...> {};

namespace detail {
/// Views that come in two sizes (augment/multi_crop.hpp).
template <class Views>
concept HasLocalViews = requires { typename Views::local; };

/// The views take such samples. Where they do not, a sentence says which augmentation cannot, and why.
template <class Views, class Sample>
concept AcceptsSamples = Views::template accepts<Sample>();
}    // namespace detail

}    // namespace contrastive
