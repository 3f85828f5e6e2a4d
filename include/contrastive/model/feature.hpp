// SPDX-License-Identifier: MIT
#pragma once
// What is read off an encoder: its last layer, or its last maps joined with the stage before.
#include <contrastive/net/network.hpp>

namespace contrastive {

/// The encoder's own output: the pooled last layer. (n, features)
struct last_layer {
  template <class Device, class Encoder, class In>
  using pass = inference_pass<Device, Encoder, In>;
};

// clang-format off
namespace detail {
// 2 × 2 means of the last maps (PyTorch's adaptive windows, which meet in the middle), then the mean of each map before
CONTRASTIVE_KERNEL(joined_maps, (int height, int width, int channels, int earlier_height, int earlier_width),
  (auto y, auto last, auto earlier),
  int cell = c / channels;
  int i = 0; int j = 0; int to_i = earlier_height; int to_j = earlier_width; int k = c - 4 * channels;
  if (cell < 4) {
    i = (cell / 2) * (height / 2); j = (cell % 2) * (width / 2);
    to_i = i + (height + 1) / 2; to_j = j + (width + 1) / 2; k = c % channels;
  }
  real sum = 0;
  int count = (to_i - i) * (to_j - j);
  for (; i < to_i; ++i)
    for (int at = j; at < to_j; ++at) sum += cell < 4 ? last(n, i, at, k) : earlier(n, i, at, k);
  y(n, h, w, c) = sum / (real)(count);)
}    // namespace detail
// clang-format on

namespace detail {

/// Where the last maps and the stage before stand in a flat sequence: after how many layers.
template <class Flat, class In>
struct map_places {
  template <std::size_t I>
  using shape = typename Flat::template shape_at<In, I>;
  static constexpr auto found = [] {
    struct {
      std::size_t last = 0, earlier = 0;
    } at;
    for_each_index<Flat::depth + 1>([&](auto i) {
      if constexpr (shape<i>::height > 1 && shape<i>::width > 1) at.last = i;
    });
    for_each_index<Flat::depth + 1>([&](auto i) {    // the last one that is larger
      for_each_index<Flat::depth + 1>([&](auto j) {
        if constexpr (shape<i>::height > shape<j>::height)
          if (j == at.last && i < j) at.earlier = i;
      });
    });
    return at;
  }();
  static constexpr std::size_t last = found.last, earlier = found.earlier;
  static constexpr bool exist = earlier > 0;
};

template <class Flat, std::size_t First, class I>
struct slice_of;
template <class Flat, std::size_t First, std::size_t... I>
struct slice_of<Flat, First, std::index_sequence<I...>> {
  using type = sequential<typename Flat::template layer<First + I>...>;
};
template <class Flat, std::size_t First, std::size_t Last>
using slice = typename slice_of<Flat, First, std::make_index_sequence<Last - First>>::type;

template <class Encoder>
struct encoder_has_two_stages {
  static_assert(never<Encoder>,
                "this encoder has no two stages of maps of different sizes that could be joined: read its last layer");
};

}    // namespace detail

/// The last maps pooled to 2 × 2, joined with the pooled maps of the stage before: what the last layer has averaged
/// away. (n, 4 · channels + channels before), the 2 × 2 in the order (h, w, c). The same rule for every encoder.
struct last_maps {
  template <class Device, class Encoder, class In>
  class joined {
    using flat = detail::flattened<Encoder>;
    using places = detail::map_places<flat, In>;
    using earlier_maps = typename flat::template shape_at<In, places::earlier>;
    using maps = typename flat::template shape_at<In, places::last>;
    using first = detail::slice<flat, 0, places::earlier>;
    using second = detail::slice<flat, places::earlier, places::last>;

   public:
    using output = tensor<Device, features<4 * maps::channels + earlier_maps::channels>>;

    joined(Device& device, std::size_t capacity)
        : first_(device, capacity), second_(device, capacity), end_(device, capacity) {}

    output& y() { return part<0>(end_.value); }
    void operator()(Device& device, auto& x, const auto& params, const auto& statistics, const auto& config) {
      if (std::size_t(x.rows) != end_.rows) end_.lay_out(device, std::size_t(x.rows));
      nothing none;
      const slot all{params, statistics, config, none};
      run<first, In, 0>(first_, device, x, all);
      run<second, earlier_maps, places::earlier>(second_, device, first_.y(), all);
      context<Device, inference> ctx{device};
      launch<detail::joined_maps>(
          ctx, operand_of(y()).grid(),
          {maps::height, maps::width, maps::channels, earlier_maps::height, earlier_maps::width}, y(), second_.y(),
          first_.y());
    }

   private:
    /// One slice of the layers, with packs of their own parameters: addresses only, nothing is copied.
    template <class Part, class Shape, std::size_t First>
    static void run(auto& pass, Device& device, auto& x, const auto& all) {
      params_of<Part, Device, Shape> params;
      state_of<Part, Device, Shape> statistics;
      config_of<Part> config;
      detail::for_each_index<Part::depth>([&](auto i) {
        const auto own = detail::leaf_at<Encoder, First + i>(all);
        part<i>(params) = own.params, part<i>(statistics) = own.state, part<i>(config) = own.config;
      });
      pass(device, x, params, statistics, config);
    }
    inference_pass<Device, first, In> first_;
    inference_pass<Device, second, earlier_maps> second_;
    memory<Device, pack<output>> end_;
  };
  template <class Device, class Encoder>
  struct refused {    // stands in, so that nothing after the one error fails too
    using output = tensor<Device, features<1>>;
    output end;
    refused(Device&, std::size_t) {}
    output& y() { return end; }
    void operator()(auto&&...) {}
  };
  template <class Device, class Encoder, class In>
  static auto chosen() {
    if constexpr (detail::map_places<detail::flattened<Encoder>, In>::exist)
      return std::type_identity<joined<Device, Encoder, In>>{};
    else
      return detail::refuse<detail::encoder_has_two_stages<Encoder>>(), std::type_identity<refused<Device, Encoder>>{};
  }
  template <class Device, class Encoder, class In>
  using pass = typename decltype(chosen<Device, Encoder, In>())::type;
};

}    // namespace contrastive
