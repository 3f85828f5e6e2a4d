// SPDX-License-Identifier: MIT
#pragma once
// Samples to features: the encoder in inference, on un-augmented samples, some rows at a time.
#include <contrastive/augment/view_pass.hpp>
#include <contrastive/core/matrix.hpp>
#include <contrastive/data/readers.hpp>
#include <contrastive/model/feature.hpp>

#include <limits>
#include <numeric>
#include <string>
#include <vector>

namespace contrastive {

/// Memory for inference of one encoder on `rows` samples at a time; Feature says what is read off it.
template <class Device, SampleShape Sample, class Views, class Encoder, class Feature = last_layer>
class embedder {
 public:
  using input = typename Views::template output<Sample>;
  using pass = typename Feature::template pass<Device, Encoder, input>;
  using element = typename Device::element;
  static constexpr std::size_t columns = shape_of<typename pass::output>::size;

  embedder(Device& device, const typename Views::config& config, int rows)
      : device_(device),
        rows_(checked(rows)),
        samples_(device, std::size_t(rows)),
        views_(device, std::size_t(rows), config),
        inputs_(device, std::size_t(rows)),
        pass_(device, std::size_t(rows)),
        read_(std::size_t(rows) * Sample::size),
        values_(std::size_t(rows) * columns) {}

  /// (samples, features) in the order of the data set.
  template <Dataset Data>
  matrix operator()(const Data& data, const auto& params, const auto& statistics, const auto& config) {
    const auto samples = std::size_t(data.size());
    matrix all(samples, columns);
    detail::readers team(detail::reading_threads<Data>(0));
    for (std::size_t first = 0; first < samples; first += std::size_t(rows_)) {
      const std::size_t count = std::min(std::size_t(rows_), samples - first);
      lay_out(count);
      load(data, first, count, team);
      auto& x = part<0>(inputs_.value);
      views_.evaluate(device_, part<0>(samples_.value), x);
      pass_(device_, x, params, statistics, config);
      device_.download(values_.data(), pass_.y().data, count * columns);
      std::copy_n(values_.begin(), count * columns, all.data() + first * columns);
    }
    return all;
  }
  /// The same of every view, drawn as in training at that key: a matrix for each.
  template <Dataset Data>
  std::vector<matrix> views(const Data& data, random_key key, const auto& params, const auto& statistics,
                            const auto& config) {
    std::vector<matrix> all(Views::count, matrix(data.size(), columns));
    detail::readers team(detail::reading_threads<Data>(0));
    memory<Device, pack<tensor<Device, input>>> drawn(device_, std::size_t(rows_) * Views::count);
    for (std::size_t first = 0; first < std::size_t(data.size()); first += std::size_t(rows_)) {
      const std::size_t count = std::min(std::size_t(rows_), data.size() - first);
      std::vector<int> numbers(count);
      std::iota(numbers.begin(), numbers.end(), int(first));
      lay_out(count), drawn.lay_out(device_, count * Views::count);
      load(data, first, count, team);
      views_.make(device_, key, numbers, part<0>(samples_.value), part<0>(drawn.value));
      for (std::size_t v = 0; v < all.size(); ++v) {
        const auto rows = operand_of(part<0>(drawn.value)).slice(int(v * count), int(count));
        tensor<Device, input> x{rows.data, rows.rows};
        pass_(device_, x, params, statistics, config);
        device_.download(values_.data(), pass_.y().data, count * columns);
        std::copy_n(values_.begin(), count * columns, all[v].data() + first * columns);
      }
    }
    return all;
  }

 private:
  /// A row takes memory for a sample, its views and its features; more rows than an int of them are a slip.
  static int checked(int rows) {
    constexpr std::size_t most = std::size_t(std::numeric_limits<int>::max()) / (Sample::size * Views::count + columns);
    if (rows < 1 || std::size_t(rows) > most)
      throw argument_error("an encoder takes 1 to " + std::to_string(most) + " rows at once of these samples; found " +
                           std::to_string(rows));
    return rows;
  }
  void lay_out(std::size_t count) {
    if (samples_.rows == count) return;
    samples_.lay_out(device_, count);
    inputs_.lay_out(device_, count);
  }
  void load(const auto& data, std::size_t first, std::size_t count, detail::readers& team) {
    const auto read = [&](std::size_t i) {
      read_sample(data, first + i, std::span(read_).subspan(i * Sample::size, Sample::size));
    };
    team.for_each(count, read);
    device_.upload(part<0>(samples_.value).data, read_.data(), count * Sample::size);
  }

  Device& device_;
  int rows_;
  memory<Device, pack<tensor<Device, Sample, detail::stored_of<Sample>>>> samples_;
  view_pass<Device, Sample, Views> views_;
  memory<Device, pack<tensor<Device, input>>> inputs_;
  pass pass_;
  std::vector<detail::stored_of<Sample>> read_;
  std::vector<element> values_;
};

}    // namespace contrastive
