// SPDX-License-Identifier: MIT
#pragma once
// A network's weights one by one, under PyTorch's names and in PyTorch's layout: what files of weights are made of.
#include <contrastive/net/initialize.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace contrastive::detail {

inline constexpr const char* batch_counter = "num_batches_tracked";

/// A parameter or statistic, on its device as (rows, pixels, channels), in a file as (rows, channels, pixels).
template <class B>
struct stored_weight {
  using element = typename B::element;
  std::string name;
  std::vector<std::uint64_t> shape;    // PyTorch's
  typename B::template address<element> data;
  std::size_t rows, pixels, channels;
  bool learned;    // a weight, no statistic

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
        const std::size_t before = enter(name);
        add<Child>(part<i>(params), part<i>(statistics));
        leave(before);
      });
    else {
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
  [[gnu::noinline]] void add_one(const char* name, index4 extent, role what, bool of_vectors, auto data) {
    const auto [k, r, s, c] = extent;
    std::vector<std::uint64_t> shape{std::uint64_t(c)};
    if (what == role::weight) shape.insert(shape.begin(), std::uint64_t(k));
    if (what == role::weight && !of_vectors) shape.insert(shape.end(), {std::uint64_t(r), std::uint64_t(s)});
    weights.push_back({(where_ / name).text, shape, data, std::size_t(k), std::size_t(r) * std::size_t(s),
                       std::size_t(c), what != role::running_mean && what != role::running_variance});
    if (what == role::running_mean) counters.push_back((where_ / batch_counter).text);
  }

  path where_;
};

}    // namespace contrastive::detail
