// SPDX-License-Identifier: MIT
#pragma once
// A network's weights one by one, under PyTorch's names and in PyTorch's layout: what files of weights are made of, and
// first values. One walk makes the list; whoever loops over it is compiled once for a device, and not for each layer.
#include <contrastive/net/network.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace contrastive::detail {

inline constexpr const char* batch_counter = "num_batches_tracked";

/// A layer that no image fits: linear, or one like it.
template <class L>
inline constexpr bool takes_only_vectors = !Takes<L, image<64, 64, 16>>;

/// Child I of L is the branch whose last scale makes the block an identity when it is zero.
template <class L, std::size_t I>
constexpr bool ends_in_scale() {
  if constexpr (requires { L::ends_in_scale; }) return L::ends_in_scale == I;
  else return false;
}

/// A parameter or statistic, on its device as (rows, pixels, channels), in a file as (rows, channels, pixels).
template <class B>
struct stored_weight {
  using element = typename B::element;
  std::string name;
  std::vector<std::uint64_t> shape;    // PyTorch's
  typename B::template address<element> data;
  std::size_t rows, pixels, channels;
  role what;
  int layer;                  // the layer's number in the network
  bool of_vectors;            // the layer's inputs have no pixels
  bool ends_block = false;    // the last scale of a branch: zero makes the block an identity

  bool learned() const { return what != role::running_mean && what != role::running_variance; }
  std::size_t size() const { return rows * pixels * channels; }
  /// f(i, j): number i here is number j in the file.
  void each(auto&& f) const {
    for (std::size_t k = 0, i = 0; k < rows; ++k)
      for (std::size_t p = 0; p < pixels; ++p)
        for (std::size_t c = 0; c < channels; ++c, ++i) f(i, (k * channels + c) * pixels + p);
  }
  std::vector<element> download(B& device) const {
    std::vector<element> here(size()), filed(size());
    device.download(here.data(), data, size());
    each([&](std::size_t i, std::size_t j) { filed[j] = here[i]; });
    return filed;
  }
  void upload(B& device, const std::vector<element>& filed) const {
    std::vector<element> here(size());
    each([&](std::size_t i, std::size_t j) { here[i] = filed[j]; });
    device.upload(data, here.data(), size());
    device.finish();
  }
};

/// What a network holds: its weights under PyTorch's names, and the counters that PyTorch keeps beside statistics.
template <class B>
struct stored_network {
  std::vector<stored_weight<B>> weights;
  std::vector<std::string> counters;

  template <class L>
  void add(const auto& params, const auto& statistics) {
    if constexpr (Composite<L>)
      each_child<L>([&]<class Child>(auto i, const char* name) {
        const std::size_t before = enter(name), first = weights.size();
        add<Child>(part<i>(params), part<i>(statistics));
        if (ends_in_scale<L, i>()) mark_last_scale(first);
        leave(before);
      });
    else {
      ++layers_;
      const auto each = [&](const char* name, const auto& p) {
        using S = shape_of<decltype(p)>;
        add_one(name, {S::rows, S::height, S::width, S::channels}, p.what, takes_only_vectors<L>, p.data);
      };
      std::remove_cvref_t<decltype(params)>::members(each, params);
      std::remove_cvref_t<decltype(statistics)>::members(each, statistics);
    }
  }

 private:
  // Where the walk is. No strings in the walk itself, which is compiled once for each layer of a network.
  [[gnu::noinline]] std::size_t enter(const char* name) {
    const std::size_t before = where_.text.size();
    where_ = where_ / name;
    return before;
  }
  [[gnu::noinline]] void leave(std::size_t before) { where_.text.resize(before); }
  [[gnu::noinline]] void mark_last_scale(std::size_t first) {
    for (std::size_t i = weights.size(); i-- > first;)
      if (weights[i].what == role::scale) return void(weights[i].ends_block = true);
  }
  [[gnu::noinline]] void add_one(const char* name, index4 extent, role what, bool of_vectors, auto data) {
    const auto [k, r, s, c] = extent;
    std::vector<std::uint64_t> shape{std::uint64_t(c)};
    if (what == role::weight) shape.insert(shape.begin(), std::uint64_t(k));
    if (what == role::weight && !of_vectors) shape.insert(shape.end(), {std::uint64_t(r), std::uint64_t(s)});
    weights.push_back({(where_ / name).text, shape, data, std::size_t(k), std::size_t(r) * std::size_t(s),
                       std::size_t(c), what, layers_, of_vectors});
    if (what == role::running_mean) counters.push_back((where_ / batch_counter).text);
  }

  path where_;
  int layers_ = 0;
};

}    // namespace contrastive::detail
