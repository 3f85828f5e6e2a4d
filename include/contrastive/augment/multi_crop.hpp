// SPDX-License-Identifier: MIT
#pragma once
// Views of two sizes: large parts of a sample, and more of them that are small and cost less.
#include <contrastive/augment/views.hpp>

namespace contrastive {

namespace detail {
template <class Views>
concept SetOfViews = !HasLocalViews<Views> && requires {
  typename Views::config;
  typename Views::template list<0>;
  { Views::count } -> std::convertible_to<int>;
};

template <class Global, class Local>
struct multi_crop_of_views {
  static_assert(SetOfViews<Global> && SetOfViews<Local>,
                "multi_crop takes two sets of views: multi_crop<views<...>, n_views<4, random_resized_crop<16>, ...>>");
};

/// The configuration of the global views, and beside it that of the local ones.
///
///     config{random_resized_crop<>::config{.scale = {0.4, 1}}, random_resized_crop<16>::config{.scale = {0.05, 0.4}},
///            normalize::config{.mean = 0.286, .deviation = 0.353}}              what both sizes have is set for both
///     config.local.of<horizontal_flip>().probability = 0.3;
template <class Global, class Local>
struct multi_crop_config : Global {
  Local local{};
  template <class C>
  static constexpr bool has = Global::template has<C> || Local::template has<C>;

  constexpr multi_crop_config() = default;
  template <class... C>
    requires(sizeof...(C) > 0 && !(std::is_same_v<C, multi_crop_config> || ...))
  constexpr multi_crop_config(const C&... configs) {
    (set(configs), ...);
  }
  template <class C>
  constexpr void set(const C& config) {
    static_assert(has<C>, "none of these views has an augmentation with this configuration");
    if constexpr (Global::template has<C>) Global::set(config);
    if constexpr (Local::template has<C>) local.set(config);
  }
  static constexpr void members(auto&& f, auto&... c) { f("lists", c.lists...), f("local", c.local...); }
};
}    // namespace detail

/// Global views, and local views of a size of their own: one set of weights sees both, in a pass for each size (Caron
/// et al. 2020, section 3.2). Whatever is asked without chance (`embed`, `freeze`) has the size of the global views.
///
/// The networks that see both must have the same weights for either: an encoder that ends in global_average_pool. The
/// method must know of local views: `dino` and `swav` do.
///
///     using augmentations = multi_crop<views<random_resized_crop<>, horizontal_flip>,
///                                      n_views<4, random_resized_crop<16>, horizontal_flip>>;
///     settings.views = {random_resized_crop<>::config{.scale = {0.4, 1}},
///                       random_resized_crop<16>::config{.scale = {0.05, 0.4}}};
template <class Global, class Local>
struct multi_crop : Global {
  static_assert(sizeof(detail::multi_crop_of_views<Global, Local>) > 0);
  /// They draw other numbers than the global views: as the views behind them.
  struct local : Local {
    static constexpr int first_view = Global::count;
  };
  using config = detail::multi_crop_config<typename Global::config, typename Local::config>;

  template <SampleShape Sample>
  static constexpr bool accepts() {
    if constexpr (!detail::AcceptsSamples<Global, Sample>) return false;
    else return detail::AcceptsSamples<Local, Sample>;
  }
};

}    // namespace contrastive
