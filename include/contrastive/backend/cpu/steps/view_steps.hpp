// SPDX-License-Identifier: MIT
#pragma once
// The library's augmentations as steps of one pass: which lists the CPU takes over, and what their numbers say there.
#include <contrastive/augment/color_jitter.hpp>
#include <contrastive/augment/gaussian_blur.hpp>
#include <contrastive/augment/horizontal_flip.hpp>
#include <contrastive/augment/intensity_jitter.hpp>
#include <contrastive/augment/normalize.hpp>
#include <contrastive/augment/random_grayscale.hpp>
#include <contrastive/augment/random_resized_crop.hpp>
#include <contrastive/augment/solarize.hpp>
#include <contrastive/backend/cpu/kernels/view_kernels.hpp>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

// ---- drawn numbers, as augmentations return them ------------------------------------------------------------------------

template <int Height, int Width>
void follow(view_recipe& r, std::type_identity<random_resized_crop<Height, Width>>, const std::array<float, 4>& box) {
  r.top = int(box[0]), r.left = int(box[1]), r.height = int(box[2]), r.width = int(box[3]);
}
/// All later steps are the same for a mirrored image, so it is read mirrored.
inline void follow(view_recipe& r, std::type_identity<horizontal_flip>, const std::array<float, 1>& flip) {
  r.flip = r.flip != (flip[0] > 0);
}
inline void change_by_factor(view_recipe& r, view_change what, float factor) {
  if (factor != 1) r.add({what, factor});
}
inline void follow(view_recipe& r, std::type_identity<intensity_jitter>, const std::array<float, 3>& f) {
  change_by_factor(r, view_change::brightness, f[0]);
  change_by_factor(r, view_change::contrast, f[1]);
  change_by_factor(r, view_change::brightness, f[2]);
}
inline void follow(view_recipe& r, std::type_identity<color_jitter>, const std::array<float, 5>& f) {
  constexpr view_change kinds[] = {view_change::brightness, view_change::contrast, view_change::saturation};
  for (int k = 0, order = int(f[4]); k < 4; ++k, order /= 4) {
    const int what = order % 4;
    if (what < 3) change_by_factor(r, kinds[what], f[std::size_t(what)]);
    else if (f[3] != 0) r.add({view_change::hue, f[3]});
  }
}
inline void follow(view_recipe& r, std::type_identity<random_grayscale>, const std::array<float, 1>& chosen) {
  if (chosen[0] > 0) r.add({view_change::gray, 0});
}
inline void follow(view_recipe& r, std::type_identity<solarize>, const std::array<float, 1>& threshold) {
  if (threshold[0] != solarize::never_reached) r.add({view_change::solarize, threshold[0]});
}

// ---- which lists ---------------------------------------------------------------------------------------------------------

template <class A>
inline constexpr bool is_first_step = false;    // it reads the stored image
template <int Height, int Width>
inline constexpr bool is_first_step<random_resized_crop<Height, Width>> = true;

template <class A>
inline constexpr int taps_of_blur = -1;    // −1: no blur, 0: a tenth of the height
template <int Taps>
inline constexpr int taps_of_blur<gaussian_blur<Taps>> = Taps;

template <class A>
inline constexpr int steps_of = std::is_same_v<A, color_jitter>       ? 4
                                : std::is_same_v<A, intensity_jitter> ? 3
                                                                      : 1;

template <class A>
concept ChangesViews = taps_of_blur<A> >= 0 || (!is_first_step<A> && requires(view_recipe& r) {
                         follow(r, std::type_identity<A>{},
                                std::array<float, std::size_t(detail::numbers_drawn<A>())>{});
                       });

/// A bilinear crop first, or none, then whatever changes views, normalize last, or none.
template <class List, std::size_t I = 0, int Steps = 0>
constexpr bool takes_list() {
  if constexpr (I == List::depth) return I > 0 && Steps <= view_recipe::most_steps;
  else {
    using A = typename List::template layer<I>;
    if constexpr (is_first_step<A>) return I == 0 && takes_list<List, I + 1, Steps>();
    else if constexpr (std::is_same_v<A, normalize>) return I + 1 == List::depth && Steps <= view_recipe::most_steps;
    else if constexpr (ChangesViews<A>) return takes_list<List, I + 1, Steps + steps_of<A>>();
    else return false;
  }
}
template <class Views, std::size_t V = 0>
constexpr bool takes_views() {
  if constexpr (V == std::size_t(Views::count)) return true;
  else return takes_list<typename Views::template list<V>>() && takes_views<Views, V + 1>();
}

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu
