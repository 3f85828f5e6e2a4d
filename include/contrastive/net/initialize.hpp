// SPDX-License-Identifier: MIT
#pragma once
// The first values of a network: drawn on the host in an order of their own, so that every device gets the same.
#include <contrastive/core/philox.hpp>
#include <contrastive/net/stored_network.hpp>

#include <cmath>
#include <cstdint>
#include <vector>

namespace contrastive {

/// How weights are drawn. Fan in is the inputs of one output, fan out is the outputs × pixels of the kernel.
enum class weight_rule {
  torchvision,    // convolutions as he_fan_out; layers that take vectors only as torch: what torchvision's ResNets do
  he_fan_out,     // normal, variance 2 / fan out (He et al. 2015); biases 0
  he_fan_in,      // normal, variance 2 / fan in; biases 0
  torch,          // uniform within ±1 / √(fan in), biases too: what PyTorch's layers do by themselves
};

/// How weights begin.
struct initialize_options {
  weight_rule weights = weight_rule::torchvision;
  bool zero_last_scale =
      false;    // a residual block's last normalization starts at scale 0: blocks begin as identities
  static constexpr void members(auto&& f, auto&... c) {
    f("weights", c.weights...);
    f("zero_last_scale", c.zero_last_scale...);
  }
};

namespace detail {

template <class B>
class initializer {
 public:
  using list = std::vector<stored_weight<B>>;

  initializer(B& device, std::uint64_t seed, const initialize_options& o, std::uint32_t first_place)
      : device_(device), seed_(seed), options_(o), place_(first_place) {}

  void fill(const list& all) {
    for (const auto& w : all) {
      values_.assign(w.size(), 0);
      if (w.what == role::running_variance) values_.assign(w.size(), 1);
      else if (w.learned()) draw(w, all);
      device_.upload(w.data, values_.data(), values_.size());
      device_.finish();
    }
  }

 private:
  void draw(const stored_weight<B>& w, const list& all) {
    random_stream random{seed_, {.what = purpose::initialize, .place = place_++}};
    const bool torch = options_.weights == weight_rule::torch ||
                       (w.of_vectors && options_.weights == weight_rule::torchvision);
    const double fan_in = fan_in_of(w.layer, all);
    if (w.what == role::scale) values_.assign(w.size(), options_.zero_last_scale && w.ends_block ? 0. : 1.);
    else if (torch && fan_in > 0 && (w.what == role::weight || w.what == role::bias))
      draw_uniform(random, 1 / std::sqrt(fan_in));
    else if (w.what == role::weight)
      draw_normal(random, options_.weights == weight_rule::he_fan_in ? fan_in : double(w.rows * w.pixels));
  }
  /// The inputs of one output of that layer; 0 where it has no weight.
  static double fan_in_of(int layer, const list& all) {
    double inputs = 0;
    for (const auto& w : all)
      if (w.layer == layer && w.what == role::weight) inputs = double(w.pixels * w.channels);
    return inputs;
  }
  void draw_uniform(random_stream& random, double limit) {
    for (auto& x : values_) x = typename B::element(float(random.uniform(-limit, limit)));
  }
  void draw_normal(random_stream& random, double fan) {
    for (auto& x : values_) x = typename B::element(float(random.normal() * std::sqrt(2 / fan)));
  }

  B& device_;
  std::uint64_t seed_;
  initialize_options options_;
  std::uint32_t place_;    // of the next parameter
  std::vector<typename B::element> values_;
};

}    // namespace detail

/// Draws weights by their role; scales are 1, shifts 0, running means 0, running variances 1. The same seed gives the
/// same values on every device. Networks of one seed that shall differ have places of their own: parameter k draws at
/// first_place + k.
template <class Net, class In, class B>
void initialize(B& device, weights<B, Net, In>& w, std::uint64_t seed, const initialize_options& o = {},
                std::uint32_t first_place = 0) {
  detail::stored_network<B> all;
  all.template add<typename weights<B, Net, In>::network>(w.parameters.value, w.statistics.value);
  detail::initializer<B>(device, seed, o, first_place).fill(all.weights);
}

}    // namespace contrastive
