// SPDX-License-Identifier: MIT
#pragma once
// Makes the views of a batch: numbers are drawn on the host, values are made on the device, nothing is allocated. What
// the device makes in its own way it makes in one go (view_stages.hpp), the rest by generic bodies, one after the
// other.
#include <contrastive/augment/view_memory.hpp>
#include <contrastive/net/network.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace contrastive {

namespace detail {
inline void require_view_rows(std::size_t capacity, int rows, int samples, int rows_out, int views) {
  const auto refuse = [](const char* what, int expected, int found) {
    throw argument_error(std::string("making views needs ") + what + ": " + std::to_string(expected) + " expected, " +
                         std::to_string(found) + " found");
  };
  if (rows != samples) refuse("a number for each sample", rows, samples);
  if (rows_out != views * rows) refuse("a row for each view of each sample", views * rows, rows_out);
  if (std::size_t(rows) > capacity) refuse("no more samples than it has memory for", int(capacity), rows);
}
}    // namespace detail

/// Memory and work for the views of up to `capacity` samples of shape Sample.
///
///     view_pass<cpu, image<28, 28, 1>, views<random_resized_crop<>, horizontal_flip>> pass{device, 256, {}};
///     pass.make(device, {.seed = 1, .epoch = 3}, samples, stored, out);    // samples: their numbers in the data set
template <class Backend, SampleShape Sample, class Views, bool Accepted = detail::AcceptsSamples<Views, Sample>>
class view_pass {
 public:
  using output = typename Views::template output<Sample>;
  using config = typename Views::config;
  using images = tensor<Backend, output>;
  static constexpr int count = Views::count;
  /// How many augmentations of the lists fell back to their generic body; alike views have one list.
  static constexpr std::size_t generic_augmentations =
      detail::views_memory<Backend, Sample, Views>::generic_augmentations;

  view_pass(Backend& device, std::size_t capacity, const config& numbers = {})
      : config_(numbers), capacity_(capacity), memory_(device, capacity), host_(capacity * plan::numbers) {
    each_augmentation([&]<class A>(auto v, auto k, std::type_identity<A>) {
      const auto& own = part<k>(config_.template view<v>());
      if constexpr (requires { A::validate(own); }) A::validate(own);
      // a name of its own: clang 16 finds no members in a lambda's requirement
      [[maybe_unused]] auto& constants = part<k>(part<v>(memory_.value.constants));
      if constexpr (requires { A::prepare(device, own, constants); }) A::prepare(device, own, constants);
    });
    detail::for_each_index<plan::lists_kept>([&](auto v) {
      detail::for_each_index<list<v>::count>([&](auto s) {
        using stage = typename list<v>::template stage<s>;
        if constexpr (!stage::is_generic)
          maker<v, s>().prepare(device, config_.template view<v>(),
                                std::integral_constant<std::size_t, stage::first>{});
      });
    });
  }

  /// Row v·n + i of `out` becomes view v of sample samples[i], which is row i of `stored`: bytes become values in
  /// [0, 1], other numbers stay as they are.
  ///
  /// The same (key.seed, key.epoch, sample, view) makes the same numbers, whatever else the batch holds.
  template <class E>
  void make(Backend& device, random_key key, std::span<const int> samples, const tensor<Backend, Sample, E>& stored,
            const images& out) {
    detail::require_view_rows(capacity_, stored.rows, int(samples.size()), out.rows, count);
    lay_out(device, samples.size());
    draw(key, samples);
    if constexpr (plan::numbers > 0)
      device.upload(memory_.value.drawn.data, host_.data(), samples.size() * plan::numbers);
    context<Backend, training> ctx{device, key, memory_.value.scratch.where};
    detail::for_each_index<std::size_t(count)>([&](auto v) {
      auto y = rows_of_view(out, v, stored.rows);
      run<v>(ctx, samples, stored, y);
    });
  }

  /// Row i of `out` becomes image i without chance: in [0, 1], resized and normalized where the (first) view is.
  template <class E>
  void evaluate(Backend& device, const tensor<Backend, Sample, E>& stored, const images& out) {
    detail::require_view_rows(capacity_, stored.rows, stored.rows, out.rows, 1);
    lay_out(device, std::size_t(stored.rows));
    context<Backend, inference> ctx{device, {}, memory_.value.scratch.where};
    images y = out;
    run<0>(ctx, {}, stored, y);
  }

 private:
  using plan = detail::views_memory<Backend, Sample, Views>;
  using seen = seen_as<Sample>;
  template <std::size_t V>
  using list = typename plan::template list<V>;
  template <std::size_t V>
  static constexpr std::size_t depth = Views::template list<V>::depth;

  static void each_augmentation(
      auto&& f) {    // f(view, place in its list, augmentation) where its generic body makes it
    detail::for_each_index<std::size_t(count)>([&](auto v) {
      detail::for_each_index<depth<v>>([&](auto k) {
        if constexpr (list<v>::template is_generic<k>)
          f(v, k, std::type_identity<typename list<v>::template augmentation<k>>{});
      });
    });
  }
  template <std::size_t V, std::size_t S>
  auto& maker() {
    return part<S>(part<V % plan::lists_kept>(makers_));
  }
  /// By which a view draws: others than the views before it.
  static constexpr std::uint32_t number_of(std::size_t view) {
    return std::uint32_t(Views::first_view) + std::uint32_t(view);
  }
  static images rows_of_view(const images& out, std::size_t view, int n) {
    return {out.data + view * std::size_t(n) * output::size, n};
  }
  void lay_out(Backend& device, std::size_t rows) {
    if (rows != memory_.rows) memory_.lay_out(device, rows);
  }

  /// host_: number by number, each for all samples, so that on the device every number is a vector.
  void draw(random_key key, std::span<const int> samples) {
    each_augmentation([&]<class A>(auto v, auto k, std::type_identity<A>) {
      if constexpr (detail::Draws<A>) {
        constexpr image_size size = detail::image_size_of<typename list<v>::template input<k>>;
        float* to = host_.data() + at<v, k>() * samples.size();
        for (std::size_t i = 0; i < samples.size(); ++i) {
          random_stream random = key.stream(purpose::augment, std::uint32_t(k), std::uint32_t(samples[i]),
                                            number_of(v));
          const auto numbers = A::draw(part<k>(config_.template view<v>()), random, size);
          for (std::size_t j = 0; j < numbers.size(); ++j) to[j * samples.size() + i] = numbers[j];
        }
      }
    });
  }
  template <std::size_t V, std::size_t K>
  static constexpr std::size_t at() {
    return plan::template numbers_before<V> + list<V>::template numbers_before<K>;
  }

  // ---- a list at work: its stages hand the images on through two buffers, the last one writes them out --------------

  /// In evaluation: those that draw nothing or say what they do then.
  template <class Phase, std::size_t V, std::size_t K>
  static constexpr bool takes_part() {
    using A = typename Views::template list<V>::template layer<K>;
    using In = typename list<V>::template input<K>;
    constexpr bool does = std::is_same_v<Phase, training> || !detail::Draws<A> || detail::Evaluates<A>;
    constexpr bool can_be_left_out = std::is_same_v<In, typename A::template output<In>>;
    static_assert(does || can_be_left_out,
                  "this augmentation changes the shape, so it has to say what evaluated images get: give it "
                  "evaluate(ctx, own, x, y)");
    return does || !can_be_left_out;
  }
  /// The first stage from S on of which something takes part.
  template <class Phase, std::size_t V, std::size_t S>
  static constexpr std::size_t next() {
    if constexpr (S == list<V>::count) return S;
    else {
      using stage = typename list<V>::template stage<S>;
      constexpr bool any = []<std::size_t... K>(std::index_sequence<K...>) {
        return (takes_part<Phase, V, stage::first + K>() || ...);
      }(std::make_index_sequence<stage::count>{});
      return any ? S : next<Phase, V, S + 1>();
    }
  }

  template <std::size_t V, class Phase, class E>
  void run(context<Backend, Phase>& ctx, std::span<const int> samples, const tensor<Backend, Sample, E>& sample,
           images& out) {
    constexpr std::size_t first = next<Phase, V, 0>();
    constexpr bool bytes = std::is_same_v<E, std::uint8_t>, none = first == list<V>::count;
    constexpr double unit = bytes ? 1. / 255 : 1;
    const tensor<Backend, seen, E> stored{sample.data, sample.rows};    // (n, h, w, c)
    if constexpr (none && NamesThings<seen>) ctx.device.copy(out.data, stored.data, operand_of(out).size());
    else if constexpr (none) map(ctx, out, stored * unit);    // (n, h, w, c)
    else if constexpr (bytes && !stage_reads_bytes<V, first>()) {
      auto x = image_in<seen, 0>();
      map(ctx, x, stored * unit);    // (n, h, w, c)
      from<V, first, 1>(ctx, samples, x, out);
    } else from<V, first, 0>(ctx, samples, stored, out);
  }
  template <std::size_t V, std::size_t S>
  static constexpr bool stage_reads_bytes() {
    using stage = typename list<V>::template stage<S>;
    if constexpr (stage::is_generic) return reads_bytes<typename list<V>::template augmentation<stage::first>>();
    else return true;
  }
  template <std::size_t V, std::size_t S, std::size_t Buffer, class Phase>
  void from(context<Backend, Phase>& ctx, std::span<const int> samples, const auto& x, images& out) {
    constexpr std::size_t following = next<Phase, V, S + 1>();
    if constexpr (following == list<V>::count) make_stage<V, S>(ctx, samples, x, out);
    else {
      constexpr std::size_t behind = list<V>::template stage<S>::behind;
      auto y = image_in<typename list<V>::template input<behind>, Buffer>();
      make_stage<V, S>(ctx, samples, x, y);
      from<V, following, 1 - Buffer>(ctx, samples, y, out);
    }
  }
  template <std::size_t V, std::size_t S, class Phase>
  void make_stage(context<Backend, Phase>& ctx, std::span<const int> samples, const auto& x, auto& y) {
    using stage = typename list<V>::template stage<S>;
    if constexpr (stage::is_generic) apply<V, stage::first>(ctx, x, y);
    else if constexpr (std::is_same_v<Phase, inference>) maker<V, S>().evaluate(ctx.device, x, y);
    else maker<V, S>().make(ctx.device, ctx.key, samples, number_of(V), x, y);
  }
  template <std::size_t V, std::size_t K, class Phase>
  void apply(context<Backend, Phase>& ctx, const auto& x, auto& y) {
    using A = typename list<V>::template augmentation<K>;
    const auto drawn = numbers_of<V, K, detail::numbers_drawn<A>()>();
    auto scratch = detail::made_at<typename list<V>::template scratch<K>>(ctx.workspace);
    const detail::augmentation_slot own{part<K>(config_.template view<V>()), drawn,
                                        part<K>(part<V>(memory_.value.constants)), scratch};
    if constexpr (std::is_same_v<Phase, inference> && detail::Evaluates<A>) A::evaluate(ctx, own, x, y);
    else A::apply(ctx, own, x, y);
  }
  template <class S, std::size_t Buffer>
  tensor<Backend, S> image_in() const {
    return {memory_.value.images[Buffer].data, int(memory_.rows)};
  }
  template <std::size_t V, std::size_t K, int Count>
  drawn_numbers<Backend, Count> numbers_of() const {
    if constexpr (Count == 0) return {};
    else return {memory_.value.drawn.data + at<V, K>() * memory_.rows, int(memory_.rows)};
  }

  config config_;
  std::size_t capacity_;
  memory<Backend, plan> memory_;
  std::vector<float> host_;
  typename plan::makers makers_{};
};

/// Refused views have the same members, so one mistake is one error.
template <class Backend, SampleShape Sample, class Views>
class view_pass<Backend, Sample, Views, false> {
 public:
  using output = seen_as<Sample>;
  using config = typename Views::config;
  using images = tensor<Backend, output>;
  static constexpr int count = Views::count;
  view_pass(Backend&, std::size_t, const config& = {}) {}
  void make(auto&&...) {}
  void evaluate(auto&&...) {}
};

}    // namespace contrastive
