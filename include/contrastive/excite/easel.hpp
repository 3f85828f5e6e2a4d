// SPDX-License-Identifier: MIT
#pragma once
// Images in front of a layer: what a look at them makes of its units, and the slope all the way back to the numbers.
#include <contrastive/augment/normalize.hpp>
#include <contrastive/excite/look.hpp>
#include <contrastive/excite/paint.hpp>
#include <contrastive/excite/prefix.hpp>

#include <algorithm>
#include <vector>

namespace contrastive::detail {

/// What the views make of values in [0, 1], for each channel: (x − mean) / deviation; else nothing.
template <class Views, class In>
struct scale_of_views {
  std::vector<double> mean = std::vector<double>(In::channels, 0.), deviation = std::vector<double>(In::channels, 1.);
  bool normalizes = false;

  explicit scale_of_views(const typename Views::config& views) {
    if constexpr (Views::config::template has<normalize::config>) {
      const auto& c = views.template view<0>().template of<normalize>();
      for (int k = 0; k < In::channels; ++k) {
        mean[std::size_t(k)] = c.mean.of(k, In::channels);
        deviation[std::size_t(k)] = normalize::positive(c.deviation.of(k, In::channels));
      }
      normalizes = true;
    }
  }
  /// The color that images begin with: the mean one where it is known and no end of the scale, else gray.
  std::vector<double> level() const {
    std::vector<double> color(In::channels, 0.5);
    if (normalizes)
      for (std::size_t k = 0; k < color.size(); ++k) color[k] = std::clamp(mean[k], 0.02, 0.98);
    return color;
  }
};

/// Up to `capacity` images in front of the first Depth layers of an encoder: numbers, images, a look at them, what the
/// layer makes of it, and all the way back. Running statistics are used, weights and statistics only read.
template <class Device, class Encoder, class In, int Depth, class Paint>
class easel {
 public:
  using front = prefix<Encoder, In, Depth>;
  using Out = typename front::output;
  using images = tensor<Device, In>;
  using element = typename Device::element;

  template <class Views>
  easel(Device& device, std::size_t capacity, const auto& encoder, const scale_of_views<Views, In>& scale)
      : device_(device),
        weights_(encoder),
        pass_(device, capacity),
        canvas_(device, capacity, scale.level()),
        colors_(device, 0),
        rows_(device, capacity) {
    auto& [level, mean, steepness] = colors_.value;
    std::vector<double> inverse;
    for (const double d : scale.deviation) inverse.push_back(1 / d);
    upload(level.data, scale.level()), upload(mean.data, scale.mean), upload(steepness.data, inverse);
  }

  /// Makes room for so many images, whose moments and slopes are zero.
  void lay_out(std::size_t rows) {
    rows_.lay_out(device_, rows), canvas_.lay_out(device_, rows);
    map(ctx_, rows_.value.mean, 0.), map(ctx_, rows_.value.square, 0.);
  }
  /// What each image begins with, (n, h·w·c), and the weights of its unit, (n, outputs).
  void begin(const std::vector<double>& numbers, const std::vector<double>& weights) {
    upload(rows_.value.numbers.data, numbers), upload(rows_.value.weight.data, weights);
  }
  void paint() { canvas_.forward(ctx_, rows_.value.numbers); }

  /// What looks at these places, (n, 6), make of each image's unit.
  void look(const std::vector<double>& places) {
    auto& [level, mean, steepness] = colors_.value;
    auto& r = rows_.value;
    upload(r.place.data, places);
    map(ctx_, r.moved, canvas_.image() - level);    // (n, h, w, c)
    launch<moved_look>(ctx_, operand_of(r.seen).grid(), {In::height, In::width}, r.seen, r.moved, r.place);
    map(ctx_, r.seen, (r.seen + (level - mean)) * steepness);
    excite();
  }
  /// The same of images in [0, 1] as they are: those on the canvas, or others.
  void look_straight() { look_straight(canvas_.image()); }
  void look_straight(const images& x) {
    auto& [level, mean, steepness] = colors_.value;
    map(ctx_, rows_.value.seen, (x - mean) * steepness);    // (n, h, w, c)
    excite();
  }

  /// From the units to the image: what was looked at by places has a slope.
  void back_to_image(bool redirected, int reach) {
    auto& r = rows_.value;
    choose_slope(redirected);
    pass_.backward(device_, {}, r.seen, r.slope, weights_.slots());
    map(ctx_, r.slope, r.slope * colors_.value.steepness);    // (n, h, w, c)
    launch<moved_look_back>(ctx_, operand_of(r.moved).grid(), {In::height, In::width, reach}, r.moved, r.slope,
                            r.place);
  }
  /// Divides the slope of each image by its root mean square, so that what follows weighs as much at every layer.
  void scale_slope() {
    auto& r = rows_.value;
    reduce<fold::sum>(ctx_, r.size, square(expression_of(r.moved)) * (1. / double(In::size)));    // (n)
    map(ctx_, r.moved, r.moved * (1 / (sqrt(r.size) + 1e-12)));
  }
  void add_roughness(double weight) {
    auto& r = rows_.value;
    launch<roughness_slope>(ctx_, operand_of(r.slope).grid(), {In::height, In::width, steepness_of_variation}, r.slope,
                            canvas_.image());
    map(ctx_, r.moved, r.moved - weight * r.slope);    // (n, h, w, c)
  }
  void back_to_numbers() { canvas_.backward(ctx_, rows_.value.moved, rows_.value.slope); }

  /// Uphill, by an optimizer that moves columns.
  template <class Optimizer>
  void climb(const typename Optimizer::config& c, int step) {
    auto& r = rows_.value;
    Optimizer::move(ctx_, c, c.learning_rate, step, c.weight_decay, flat(r.numbers), -expression_of(flat(r.slope)),
                    flat(r.mean), flat(r.square));
  }

  std::vector<double> values() const { return download(rows_.value.value); }
  std::vector<double> slope_of_numbers() const { return download(rows_.value.slope); }
  std::vector<double> painted() const { return download(canvas_.image()); }

 private:
  struct color_memory {
    parameter<Device, per_channel<In::channels>, role::shift> level, mean;
    parameter<Device, per_channel<In::channels>, role::scale> steepness;
  };
  struct row_memory {
    images numbers, mean, square, moved, seen, slope;
    tensor<Device, Out> weight;
    tensor<Device, features<6>> place;
    tensor<Device, features<1>> value, size;
  };

  void excite() {
    auto& r = rows_.value;
    pass_.forward(device_, {}, r.seen, weights_.slots());
    if constexpr (front::ends_in_relu) reduce<fold::sum>(ctx_, r.value, maximum(pass_.y(), 0) * r.weight);    // (n)
    else reduce<fold::sum>(ctx_, r.value, pass_.y() * r.weight);
  }
  /// Of a relu at the end: where nothing comes through it from a whole image, what would raise its inputs does.
  void choose_slope(bool redirected) {
    auto& r = rows_.value;
    const auto through = where_greater(pass_.y(), 0, r.weight);    // (n, h, w, c)
    if constexpr (!front::ends_in_relu) map(ctx_, pass_.dy(), r.weight + 0);
    else if (!redirected) map(ctx_, pass_.dy(), through);
    else {
      reduce<fold::sum>(ctx_, r.size, square(through));    // (n) zero for a silent image
      map(ctx_, pass_.dy(), through + equal(r.size, 0) * maximum(r.weight, 0));
    }
  }

  void upload(auto to, const std::vector<double>& from) {
    const std::vector<element> values(from.begin(), from.end());
    device_.upload(to, values.data(), values.size());
    device_.finish();
  }
  std::vector<double> download(const auto& t) const {
    const auto v = operand_of(t);
    std::vector<element> host(v.size());
    device_.download(host.data(), v.data, host.size());
    return {host.begin(), host.end()};
  }

  Device& device_;
  typename front::template weights<Device> weights_;
  training_pass<Device, typename front::layers, In, fixed> pass_;
  canvas<Device, In, Paint> canvas_;
  memory<Device, color_memory> colors_;
  memory<Device, row_memory> rows_;
  context<Device, fixed> ctx_{device_};
};

}    // namespace contrastive::detail
