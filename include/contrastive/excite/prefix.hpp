// SPDX-License-Identifier: MIT
#pragma once
// The first layers of a frozen encoder as a network of its own, which shares the encoder's weights.
#include <contrastive/model/frozen.hpp>
#include <contrastive/nn/elementwise.hpp>

#include <string>
#include <vector>

namespace contrastive {

/// A layer of an encoder, as `excite` counts them: what stands behind so many layers.
struct layer_place {
  int depth = 0;
  std::string path;    // PyTorch's
  int height = 1, width = 1, channels = 1;
};

namespace detail {

template <class Encoder, int Depth, int Layers>
struct encoder_has_layer {
  static_assert(never<Encoder>,
                "excite<Depth> looks at what stands behind Depth layers of an encoder, counted through its sequences: "
                "take one of 1 to Layers (ct::layers_of(encoder) lists them)");
};
template <class Sample>
struct excites_by_images {
  static_assert(never<Sample>, "excite paints images of values in [0, 1]: the encoder must take ct::image samples");
};
template <class Encoder>
struct encoder_has_maps {
  static_assert(never<Encoder>,
                "this encoder has no maps of more than one pixel: name a layer of it by excite<Depth> instead");
};

/// Paths of the layers in a row: those of blocks, not those inside of them.
template <class L>
void add_flat_paths(std::vector<std::string>& to, const path& where) {
  if constexpr (is_sequential<L>)
    each_child<L>([&]<class Child>(auto, const char* name) { add_flat_paths<Child>(to, where / name); });
  else to.push_back(where.text);
}

/// How many layers an encoder has in a row.
template <class Encoder>
inline constexpr int layer_count = int(flattened<Encoder>::depth);

/// Whether there is such a layer in front of such images; where not, a sentence says so.
template <class Encoder, class Sample, int Depth>
constexpr bool can_excite() {
  if constexpr (!Image<Sample>) return refuse<excites_by_images<Sample>>();
  else if constexpr (Depth < 1 || Depth > layer_count<Encoder>)
    return refuse<encoder_has_layer<Encoder, Depth, layer_count<Encoder>>>();
  else return true;
}

/// How many layers stand before the end of the last maps of more than one pixel; 0 where there are none.
template <class Encoder, class In>
constexpr int depth_of_last_maps() {
  using flat = flattened<Encoder>;
  int found = 0;
  for_each_index<flat::depth + 1>([&](auto i) {
    if constexpr (flat::template shape_at<In, i>::pixels > 1) found = int(i);
  });
  return found;
}

/// The first Depth layers. A relu at their end is left out: whoever looks at it makes it of what stands before, so that
/// its slope is theirs to choose.
template <class Encoder, class In, int Depth>
struct prefix {
  using flat = flattened<Encoder>;
  static constexpr bool ends_in_relu = Depth > 1 && std::is_same_v<typename flat::template layer<Depth - 1>, relu>;
  using layers = slice<flat, 0, std::size_t(ends_in_relu ? Depth - 1 : Depth)>;
  using output = typename layers::template output<In>;

  /// Addresses of an encoder's weights; nothing is copied, and no gradient of them is made.
  template <class Device>
  struct weights {
    params_of<layers, Device, In> params;
    state_of<layers, Device, In> statistics;
    config_of<layers> config;
    params_of<layers, for_nobody<Device>, In> unwanted{};

    explicit weights(const auto& encoder) {
      for_each_index<layers::depth>([&](auto i) {
        const auto own = leaf_at<Encoder, i>(encoder);
        part<i>(params) = own.params, part<i>(statistics) = own.state, part<i>(config) = own.config;
      });
    }
    auto slots() { return slot{params, statistics, config, unwanted}; }
  };
};

}    // namespace detail

/// The layers of a frozen encoder, in order; a block of two branches is one layer.
///
///     for (const auto& l : ct::layers_of(encoder)) std::cout << l.depth << ' ' << l.path << '\n';
template <class Device, SampleShape Sample, class Views, class Encoder, class Feature>
std::vector<layer_place> layers_of(const frozen<Device, Sample, Views, Encoder, Feature>&) {
  using In = typename Views::template output<Sample>;
  using flat = detail::flattened<Encoder>;
  std::vector<std::string> paths;
  detail::add_flat_paths<Encoder>(paths, {});
  std::vector<layer_place> all;
  detail::for_each_index<flat::depth>([&](auto i) {
    using S = typename flat::template shape_at<In, i + 1>;
    all.push_back({int(i) + 1, paths[i], S::height, S::width, S::channels});
  });
  return all;
}

}    // namespace contrastive
