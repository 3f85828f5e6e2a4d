// SPDX-License-Identifier: MIT
#pragma once
// The first values of a network: drawn on the host in an order of their own, so that every device gets the same.
#include <contrastive/core/philox.hpp>
#include <contrastive/net/network.hpp>

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

/// A layer that no image fits: linear, or one like it.
template <class L>
inline constexpr bool takes_only_vectors = !Takes<L, image<64, 64, 16>>;

/// Child I of L is the branch whose last scale makes the block an identity when it is zero.
template <class L, std::size_t I>
constexpr bool ends_in_scale() {
  if constexpr (requires { L::ends_in_scale; }) return L::ends_in_scale == I;
  else return false;
}

template <class Net>
constexpr int scales_in(auto& params) {
  int count = 0;
  contrastive::visit<Net>([&](no_path, auto& p) { count += p.what == role::scale; }, no_path{}, params);
  return count;
}

template <class B>
class initializer {
 public:
  initializer(B& device, std::uint64_t seed, const initialize_options& o, std::uint32_t first_place)
      : device_(device), seed_(seed), options_(o), place_(first_place) {}

  /// Fills a layer and what is in it.
  template <class L>
  void fill(auto& params) {
    if constexpr (Composite<L>)
      each_child<L>([&]<class Child>(auto i, const char*) {
        const int outer = zero_at_;
        if (options_.zero_last_scale && ends_in_scale<L, i>())
          zero_at_ = scales_ + scales_in<Child>(part<i>(params)) - 1;
        fill<Child>(part<i>(params));
        zero_at_ = outer;
      });
    else fill_layer<takes_only_vectors<L>>(params);
  }

 private:
  template <bool Vectors>
  void fill_layer(auto& params) {
    const bool torch = options_.weights == weight_rule::torch ||
                       (Vectors && options_.weights == weight_rule::torchvision);
    double fan_in = 0;
    const auto find = [&](const char*, auto& p) {
      using S = shape_of<decltype(p)>;
      if (p.what == role::weight) fan_in = double(S::size) / S::rows;
    };
    std::remove_cvref_t<decltype(params)>::members(find, params);
    std::remove_cvref_t<decltype(params)>::members([&](const char*, auto& p) { fill_one(p, torch, fan_in); }, params);
  }
  void fill_one(auto& p, bool torch, double fan_in) {
    using S = shape_of<decltype(p)>;
    random_stream random{seed_, {.what = purpose::initialize, .place = place_++}};
    host_.assign(S::size, 0);
    if (p.what == role::scale) host_.assign(S::size, scales_++ == zero_at_ ? 0.f : 1.f);
    else if (torch && fan_in > 0 && (p.what == role::weight || p.what == role::bias))
      draw_uniform(random, 1 / std::sqrt(fan_in));
    else if (p.what == role::weight)
      draw_normal(random, options_.weights == weight_rule::he_fan_in ? fan_in : double(S::size) / S::channels);
    upload(p);
  }
  void draw_uniform(random_stream& random, double limit) {
    for (float& x : host_) x = float(random.uniform(-limit, limit));
  }
  void draw_normal(random_stream& random, double fan) {
    for (float& x : host_) x = float(random.normal() * std::sqrt(2 / fan));
  }
  void upload(auto& p) {
    const std::vector<typename B::element> values(host_.begin(), host_.end());
    device_.upload(p.data, values.data(), values.size());
    device_.finish();
  }

  B& device_;
  std::uint64_t seed_;
  initialize_options options_;
  std::uint32_t place_;              // of the next parameter
  int scales_ = 0, zero_at_ = -1;    // scales so far; the one that starts at zero
  std::vector<float> host_;
};

}    // namespace detail

/// Draws weights by their role; scales are 1, shifts 0, running means 0, running variances 1. The same seed gives the
/// same values on every device. Networks of one seed that shall differ have places of their own: parameter k draws at
/// first_place + k.
template <class Net, class In, class B>
void initialize(B& device, weights<B, Net, In>& w, std::uint64_t seed, const initialize_options& o = {},
                std::uint32_t first_place = 0) {
  using network = typename weights<B, Net, In>::network;
  detail::initializer<B>(device, seed, o, first_place).template fill<network>(w.parameters.value);
  const auto statistic = [&](no_path, auto& s) {
    const std::vector<typename B::element> values(shape_of<decltype(s)>::size,
                                                  s.what == role::running_variance ? 1 : 0);
    device.upload(s.data, values.data(), values.size());
    device.finish();
  };
  contrastive::visit<network>(statistic, no_path{}, w.statistics.value);
}

}    // namespace contrastive
