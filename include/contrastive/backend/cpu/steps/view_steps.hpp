// SPDX-License-Identifier: MIT
#pragma once
// The library's augmentations as steps of one pass: how many of a list the CPU takes over, and what their numbers say
// there.
#include <contrastive/augment/color_jitter.hpp>
#include <contrastive/augment/gaussian_blur.hpp>
#include <contrastive/augment/horizontal_flip.hpp>
#include <contrastive/augment/intensity_jitter.hpp>
#include <contrastive/augment/normalize.hpp>
#include <contrastive/augment/random_grayscale.hpp>
#include <contrastive/augment/random_resized_crop.hpp>
#include <contrastive/augment/solarize.hpp>
#include <contrastive/backend/cpu/kernels/view_kernels.hpp>
#include <contrastive/core/exactly.hpp>
#include <contrastive/net/sequential.hpp>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

// ---- drawn numbers, as augmentations return them --------------------------------------------------------------------

template <int Height, int Width>
void follow(view_recipe& r, std::type_identity<random_resized_crop<Height, Width>>, const std::array<float, 4>& box) {
  r.top = int(box[0]), r.left = int(box[1]), r.height = int(box[2]), r.width = int(box[3]);
}
/// All later steps are the same for a mirrored image, so it is read mirrored.
inline void follow(view_recipe& r, std::type_identity<horizontal_flip>, const std::array<float, 1>& flip) {
  r.flip = r.flip != (flip[0] > 0);
}
inline void change_by_factor(view_recipe& r, view_change what, float factor) {
  if (!detail::is_exactly(factor, 1.f)) r.add({what, factor});
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
    else if (!detail::is_exactly(f[3], 0.f)) r.add({view_change::hue, f[3]});
  }
}
inline void follow(view_recipe& r, std::type_identity<random_grayscale>, const std::array<float, 1>& chosen) {
  if (chosen[0] > 0) r.add({view_change::gray, 0});
}
inline void follow(view_recipe& r, std::type_identity<solarize>, const std::array<float, 1>& threshold) {
  if (!detail::is_exactly(threshold[0], solarize::never_reached)) r.add({view_change::solarize, threshold[0]});
}

// ---- how many of a list ---------------------------------------------------------------------------------------------

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

/// How many of a list's first augmentations are one pass: a bilinear crop first, or none, then whatever changes views,
/// normalize last, or none.
template <class... A>
constexpr std::size_t augmentations_in_one_pass() {
  constexpr bool crops[] = {is_first_step<A>..., false}, changes[] = {ChangesViews<A>..., false},
                 ends[] = {std::is_same_v<A, normalize>..., false};
  constexpr int steps[] = {steps_of<A>..., 0};
  std::size_t k = crops[0];
  for (int all = 0; changes[k] && all + steps[k] <= view_recipe::most_steps; ++k) all += steps[k];
  return k + ends[k];
}

template <class Indices, class... A>
struct chosen_of;
template <std::size_t... K, class... A>
struct chosen_of<std::index_sequence<K...>, A...> {
  using type = sequential<nth<K, A...>...>;
};
/// The first Count augmentations as a list.
template <std::size_t Count, class... A>
using first_of = typename chosen_of<std::make_index_sequence<Count>, A...>::type;

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu
