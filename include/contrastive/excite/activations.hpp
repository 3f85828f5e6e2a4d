// SPDX-License-Identifier: MIT
#pragma once
// What the images of a data set make of the units that an aim names.
#include <contrastive/data/subsets.hpp>
#include <contrastive/excite/aims.hpp>
#include <contrastive/excite/prefix.hpp>

#include <numeric>
#include <vector>

namespace contrastive {

/// What is read off an encoder: all outputs of its first Depth layers, (n, h·w·c), as `excite<Depth>` looks at them.
///
///     const ct::matrix maps = model.freeze(ct::layer_output<12>{}).embed(data.test());
template <int Depth>
struct layer_output {
  template <class Device, class Encoder, class In>
  class pass {
    using front = detail::prefix<Encoder, In, Depth>;

   public:
    using output = tensor<Device, typename front::output>;
    pass(Device& device, std::size_t capacity) : pass_(device, capacity) {}

    output& y() { return pass_.y(); }
    void operator()(Device& device, auto& x, const auto& params, const auto& statistics, const auto& config) {
      nothing none;
      typename front::template weights<Device> own(slot{params, statistics, config, none});
      pass_.forward(device, {}, x, own.slots());
      context<Device, fixed> ctx{device};
      if constexpr (front::ends_in_relu) map(ctx, y(), maximum(y(), 0));    // (n, h, w, c)
    }

   private:
    training_pass<Device, typename front::layers, In, fixed> pass_;
  };
};

namespace detail {

/// A unit's weights without the zeros.
class sparse_weights {
 public:
  explicit sparse_weights(std::span<const float> all) {
    for (std::size_t i = 0; i < all.size(); ++i)
      if (all[i] < 0 || all[i] > 0) kept_.push_back({i, all[i]});
  }
  double times(std::span<const float> outputs) const {
    double sum = 0;
    for (const auto& [place, weight] : kept_) sum += double(weight) * double(outputs[place]);
    return sum;
  }

 private:
  struct entry {
    std::size_t place;
    float weight;
  };
  std::vector<entry> kept_;
};
template <class Out>
std::vector<sparse_weights> sparse_weights_of(const Aim auto& aim) {
  std::vector<sparse_weights> all;
  for (std::size_t u = 0; u < aim.units(); ++u) {
    std::vector<float> one(Out::size);
    aim.template weigh<Out>(u, std::span<float>(one));
    all.emplace_back(one);
  }
  return all;
}

}    // namespace detail

/// What every image of a data set, shown to the encoder without augmentation, makes of each unit of an aim behind the
/// first Depth layers: (images, units). What `excite` calls an activation, so the two can be compared.
template <int Depth, class Device, SampleShape Sample, class Views, class Encoder, class Feature, Dataset Data>
  requires std::same_as<typename Data::sample, Sample>
matrix activations(const frozen<Device, Sample, Views, Encoder, Feature>& encoder, const Aim auto& aim,
                   const Data& data, int rows_at_once = 64) {
  if constexpr (!detail::can_excite<Encoder, Sample, Depth>()) return {};
  else {
    using In = typename Views::template output<Sample>;
    using Out = typename detail::prefix<Encoder, In, Depth>::output;
    const auto weights = detail::sparse_weights_of<Out>(aim);
    embedder<Device, Sample, Views, Encoder, layer_output<Depth>> read(encoder.device(), encoder.views(), rows_at_once);
    const auto own = encoder.slots();
    matrix found(data.size(), weights.size());
    for (std::size_t first = 0; first < found.rows(); first += std::size_t(rows_at_once)) {
      std::vector<int> numbers(std::min(std::size_t(rows_at_once), found.rows() - first));
      std::iota(numbers.begin(), numbers.end(), int(first));
      const matrix outputs = read(subset(data, numbers), own.params, own.state, own.config);
      for (std::size_t r = 0; r < outputs.rows(); ++r)
        for (std::size_t u = 0; u < weights.size(); ++u) found(first + r, u) = float(weights[u].times(outputs.row(r)));
    }
    return found;
  }
}

}    // namespace contrastive
