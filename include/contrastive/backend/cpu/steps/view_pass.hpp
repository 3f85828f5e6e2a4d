// SPDX-License-Identifier: MIT
#pragma once
// The CPU makes the views of the library's own augmentations in one pass each: what augment/view_pass.hpp does list by list.
#include <contrastive/augment/view_pass.hpp>
#include <contrastive/backend/cpu/device.hpp>
#include <contrastive/backend/cpu/steps/view_steps.hpp>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

/// One list of augmentations for images of shape In: its numbers per channel, and a recipe for each view.
template <class List, Shape In>
class view_list {
 public:
  static constexpr image_size from = detail::image_size_of<In>,
                              to = detail::image_size_of<typename List::template output<In>>;
  static constexpr view_size size{from.height, from.width, from.channels, to.height, to.width};

  /// The largest blur of the list.
  static constexpr int taps() {
    int most = 0;
    each([&]<class A, std::size_t K>(std::type_identity<A>, std::integral_constant<std::size_t, K>) {
      most = std::max(most, taps_of<A>());
    });
    return most;
  }

  void prepare(const auto& configs) {
    each([&]<class A, std::size_t K>(std::type_identity<A>, std::integral_constant<std::size_t, K>) {
      const auto& own = part<K>(configs);
      if constexpr (requires { A::validate(own); }) A::validate(own);
      if constexpr (std::is_same_v<A, normalize>) normalize_by(own);
    });
  }

  /// What happens to a view of a sample: numbers drawn at its address.
  view_recipe drawn(const auto& configs, random_key key, std::uint32_t sample, std::uint32_t view) const {
    view_recipe r = whole();
    each([&]<class A, std::size_t K>(std::type_identity<A>, std::integral_constant<std::size_t, K>) {
      if constexpr (Draws<A>) {
        constexpr image_size seen = detail::image_size_of<typename List::template shape_at<In, K>>;
        random_stream random = key.stream(purpose::augment, std::uint32_t(K), sample, view);
        const auto numbers = A::draw(part<K>(configs), random, seen);
        if constexpr (taps_of_blur<A> < 0) follow(r, std::type_identity<A>{}, numbers);
        else if (numbers[0] > 0) r.add({view_change::blur, numbers[0], taps_of<A>()});
      }
    });
    return r;
  }
  /// The image without chance: all of it.
  static view_recipe whole() { return {0, 0, from.height, from.width}; }
  view_finish finish() const { return {scale_.data(), shift_.data()}; }

 private:
  static constexpr void each(auto&& f) {
    for_each_index<List::depth>([&](auto k) {
      f(std::type_identity<typename List::template layer<k>>{}, std::integral_constant<std::size_t, k>{});
    });
  }
  template <class A>
  static constexpr int taps_of() {
    if constexpr (taps_of_blur<A> < 0) return 0;
    else return A::template taps<typename List::template output<In>>;
  }
  void normalize_by(const normalize::config& c) {
    for (int i = 0; i < from.channels; ++i) {
      const double scale = 1 / normalize::positive(c.deviation.of(i, from.channels));
      scale_[std::size_t(i)] = float(scale);
      shift_[std::size_t(i)] = float(-c.mean.of(i, from.channels) * scale);
    }
  }
  static constexpr std::array<float, std::size_t(from.channels)> ones() {
    std::array<float, std::size_t(from.channels)> all{};
    for (float& one : all) one = 1;
    return all;
  }
  std::array<float, std::size_t(from.channels)> scale_ = ones(), shift_{};
};

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

namespace contrastive {

/// The same interface and, within rounding, the same pixels as the generic view_pass, which remains the oracle.
template <Image Sample, class Views>
  requires(on_cpu::takes_views<Views>())
class view_pass<cpu, Sample, Views, true> {
 public:
  using output = typename Views::template output<Sample>;
  using config = typename Views::config;
  using images = tensor<cpu, output>;
  static constexpr int count = Views::count;

  view_pass(cpu& device, std::size_t capacity, const config& numbers = {})
      : config_(numbers),
        capacity_(capacity),
        kernels_(on_cpu::view_kernels_for(device.conv.set)),
        memory_(std::size_t(device.pool.threads()), on_cpu::view_workspace(list<0>::size, most_taps())) {
    for_each_index<std::size_t(count)>([&](auto v) { part<v>(lists_).prepare(config_.template view<v>()); });
  }

  template <class E>
  void make(cpu& device, random_key key, std::span<const int> samples, const tensor<cpu, Sample, E>& stored,
            const images& out) {
    detail::require_view_rows(capacity_, stored.rows, int(samples.size()), out.rows, count);
    for_each_index<std::size_t(count)>([&](auto v) {
      const auto& own = part<v>(lists_);
      run(device, stored, own, out.data + std::size_t(v) * samples.size() * output::size, [&](std::size_t i) {
        return own.drawn(config_.template view<v>(), key, std::uint32_t(samples[i]), std::uint32_t(v));
      });
    });
  }

  template <class E>
  void evaluate(cpu& device, const tensor<cpu, Sample, E>& stored, const images& out) {
    detail::require_view_rows(capacity_, stored.rows, stored.rows, out.rows, 1);
    run(device, stored, part<0>(lists_), out.data, [](std::size_t) { return list<0>::whole(); });
  }

 private:
  template <std::size_t V>
  using list = on_cpu::view_list<typename Views::template list<V>, Sample>;
  template <class Indices>
  struct lists_of;
  template <std::size_t... V>
  struct lists_of<std::index_sequence<V...>> {
    using type = pack<list<V>...>;
    static constexpr int taps = std::max({list<V>::taps()...});
  };
  using lists = lists_of<std::make_index_sequence<std::size_t(count)>>;
  static constexpr int most_taps() { return lists::taps; }

  /// A task makes some views: as many as have the pixels of one of 64 × 64.
  template <class E>
  void run(cpu& device, const tensor<cpu, Sample, E>& stored, const auto& own, float* out, const auto& recipe_of) {
    constexpr int together = std::max(1, 4096 / int(output::pixels));
    device.pool.run((stored.rows + together - 1) / together, [&](int task, int thread) {
      for (int i = task * together; i < std::min(stored.rows, (task + 1) * together); ++i) {
        const std::size_t row = std::size_t(i);
        kernels_.make(own.size, recipe_of(row), source_of(stored.data + row * Sample::size), own.finish(),
                      out + row * output::size, memory_[std::size_t(thread)]);
      }
    });
  }
  static on_cpu::view_source source_of(const std::uint8_t* bytes) { return {bytes, nullptr}; }
  static on_cpu::view_source source_of(const float* values) { return {nullptr, values}; }

  config config_;
  std::size_t capacity_;
  const on_cpu::view_kernels& kernels_;
  std::vector<on_cpu::view_workspace> memory_;    // one for each thread
  typename lists::type lists_;
};

}    // namespace contrastive
