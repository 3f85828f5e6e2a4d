// SPDX-License-Identifier: MIT
#pragma once
// The CPU makes the library's own augmentations in one pass over a view: as many of a list as follow one another.
#include <contrastive/augment/view_stages.hpp>
#include <contrastive/backend/cpu/device.hpp>
#include <contrastive/backend/cpu/steps/view_steps.hpp>

#include <span>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

/// The first augmentations of a list, all that are in List, for images of shape In: their numbers per channel, and a
/// recipe for each view. Within rounding the same pixels as the generic bodies', which remain the oracle.
template <class List, Image In>
class one_pass {
 public:
  using output = typename List::template output<In>;
  static constexpr std::size_t covers = List::depth;

  template <std::size_t First>
  void prepare(cpu& device, const auto& configs, std::integral_constant<std::size_t, First>) {
    kernels_ = &view_kernels_for(device.instructions);
    memory_.assign(std::size_t(device.pool.threads()), view_workspace(size, taps()));
    each([&]<class A, std::size_t K>(std::type_identity<A>, std::integral_constant<std::size_t, K>) {
      auto& own = part<K>(configs_);
      own = part<First + K>(configs);
      if constexpr (requires { A::validate(own); }) A::validate(own);
      if constexpr (std::is_same_v<A, normalize>) normalize_by(own);
    });
    first_ = std::uint32_t(First);
  }

  /// Row i of y becomes view `view` of the sample of row i.
  void make(cpu& device, random_key key, std::span<const int> samples, std::size_t view, const auto& x, auto& y) {
    run(device, x, y, [&](std::size_t i) { return drawn(key, std::uint32_t(samples[i]), std::uint32_t(view)); });
  }
  /// The images without chance: all of them, at the size of a view.
  void evaluate(cpu& device, const auto& x, auto& y) {
    run(device, x, y, [](std::size_t) { return whole(); });
  }

 private:
  static constexpr image_size from = detail::image_size_of<In>, to = detail::image_size_of<output>;
  static constexpr view_size size{from.height, from.width, from.channels, to.height, to.width};

  static constexpr void each(auto&& f) {
    detail::for_each_index<covers>([&](auto k) {
      f(std::type_identity<typename List::template layer<k>>{}, std::integral_constant<std::size_t, k>{});
    });
  }
  template <class A>
  static constexpr int taps_of() {
    if constexpr (taps_of_blur<A> < 0) return 0;
    else return A::template taps<output>;
  }
  static constexpr int taps() {    // of the largest blur
    int most = 0;
    each([&]<class A>(std::type_identity<A>, auto) { most = std::max(most, taps_of<A>()); });
    return most;
  }
  static view_recipe whole() { return {0, 0, from.height, from.width}; }

  /// What happens to a view of a sample: numbers drawn at its address.
  view_recipe drawn(random_key key, std::uint32_t sample, std::uint32_t view) const {
    view_recipe r = whole();
    each([&]<class A, std::size_t K>(std::type_identity<A>, std::integral_constant<std::size_t, K>) {
      if constexpr (detail::Draws<A>) {
        constexpr image_size seen = detail::image_size_of<typename List::template shape_at<In, K>>;
        random_stream random = key.stream(purpose::augment, first_ + std::uint32_t(K), sample, view);
        const auto numbers = A::draw(part<K>(configs_), random, seen);
        if constexpr (taps_of_blur<A> < 0) follow(r, std::type_identity<A>{}, numbers);
        else if (numbers[0] > 0) r.add({view_change::blur, numbers[0], taps_of<A>()});
      }
    });
    return r;
  }
  void normalize_by(const normalize::config& c) {
    for (int i = 0; i < from.channels; ++i) {
      const double scale = 1 / normalize::positive(c.deviation.of(i, from.channels));
      scale_[std::size_t(i)] = float(scale);
      shift_[std::size_t(i)] = float(-c.mean.of(i, from.channels) * scale);
    }
  }

  /// A task makes some views: as many as have the pixels of one of 64 × 64.
  void run(cpu& device, const auto& x, auto& y, const auto& recipe_of) {
    constexpr int together = std::max(1, 4096 / int(output::pixels));
    device.pool.run((x.rows + together - 1) / together, [&](int task, int thread) {
      for (int i = task * together; i < std::min(x.rows, (task + 1) * together); ++i) {
        const std::size_t row = std::size_t(i);
        kernels_->make(size, recipe_of(row), source_of(x.data + row * In::size), {scale_.data(), shift_.data()},
                       y.data + row * output::size, memory_[std::size_t(thread)]);
      }
    });
  }
  static view_source source_of(const std::uint8_t* bytes) { return {bytes, nullptr}; }
  static view_source source_of(const float* values) { return {nullptr, values}; }

  static constexpr std::array<float, std::size_t(from.channels)> ones() {
    std::array<float, std::size_t(from.channels)> all{};
    for (float& one : all) one = 1;
    return all;
  }
  const view_kernels* kernels_ = nullptr;
  std::vector<view_workspace> memory_;    // one for each thread
  typename List::config configs_{};
  std::uint32_t first_ = 0;    // the place of the first in the whole list
  std::array<float, std::size_t(from.channels)> scale_ = ones(), shift_{};
};

struct views_in_one_pass {
  using example = asked::augmentations<image<32, 32, 3>, random_resized_crop<>, horizontal_flip, color_jitter,
                                       random_grayscale, gaussian_blur<>, normalize>;
  template <Image In, class... A>
    requires(augmentations_in_one_pass<A...>() > 0)
  static one_pass<first_of<augmentations_in_one_pass<A...>(), A...>, In> match(asked::augmentations<In, A...>);
};

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu
