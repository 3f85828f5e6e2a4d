// SPDX-License-Identifier: MIT
#pragma once
// A random part of the image, at the image's own size or at another.
#include <contrastive/augment/interval.hpp>
#include <contrastive/augment/resize.hpp>

#include <cmath>
#include <limits>

namespace contrastive {

namespace detail {
/// Whole pixels: the part of an image that is kept.
struct crop_box {
  int top = 0, left = 0, height = 0, width = 0;
  bool operator==(const crop_box&) const = default;
};

/// So many whole pixels, halves to even; what is more than an int holds fits in no image.
inline int whole_pixels(double length) {
  constexpr int most = std::numeric_limits<int>::max();
  const double whole = std::nearbyint(length);
  return whole < most ? int(whole) : most;
}
/// The box with that share of the area and that aspect ratio (width / height), rounded with halves to even as Python
/// does.
inline crop_box box_of(double share, double ratio, image_size size) {
  const double area = double(size.height) * size.width * share;
  return {0, 0, whole_pixels(std::sqrt(area / ratio)), whole_pixels(std::sqrt(area * ratio))};
}
inline bool fits_in(crop_box box, image_size size) {
  return box.width > 0 && box.width <= size.width && box.height > 0 && box.height <= size.height;
}
/// Where no box fitted: the largest one in the middle whose ratio is allowed, of at least one row and one column.
inline crop_box middle_box(interval ratio, image_size size) {
  const double own = double(size.width) / size.height;
  crop_box box{0, 0, size.height, size.width};
  if (own < ratio.from) box.height = std::max(1, whole_pixels(size.width / ratio.from));
  else if (own > ratio.to) box.width = std::max(1, whole_pixels(size.height * ratio.to));
  box.top = (size.height - box.height) / 2;
  box.left = (size.width - box.width) / 2;
  return box;
}
}    // namespace detail

/// A random box of the image, resized (with antialiasing; torchvision's RandomResizedCrop).
///
/// Input (n, h, w, c), bytes or values in [0, 1]; output (n, Height, Width, c), without arguments of the input's size.
/// In evaluation the whole image is resized. Bicubic values may lie a little outside [0, 1], as torchvision's floats
/// do.
///
///     using augmentations = views<random_resized_crop<>, horizontal_flip>;
///     random_resized_crop<224, 224, interpolation::bicubic>
template <int Height = 0, int Width = Height, interpolation By = interpolation::bilinear>
struct random_resized_crop {
  static_assert((Height > 0 && Width > 0) || (Height == 0 && Width == 0),
                "random_resized_crop<height, width> makes images "
                "of at least one pixel");
  struct config {
    interval scale{0.08, 1};           // share of the area (SimCLR, torchvision); 0.2 … 1 is usual on small images
    interval ratio{3. / 4, 4. / 3};    // width / height
    static constexpr void members(auto&& f, auto&... c) {
      f("scale", c.scale...);
      f("ratio", c.ratio...);
    }
  };
  static constexpr bool reads_bytes = true;
  static constexpr int tries = 10;

  template <class In>
  using output = image<Height ? Height : In::height, Width ? Width : In::width, In::channels>;
  template <class B, class In>
  struct scratch {
    typename detail::box_resize<In, output<In>, By>::template scratch<B> resize;
    drawn_numbers<B, 4> whole;    // in evaluation
  };

  static void validate(const config& c) {
    if (!(0 < c.scale.from && c.scale.from <= c.scale.to && std::isfinite(c.scale.to)))
      throw argument_error("random_resized_crop needs 0 < scale.from <= scale.to; it has " + text(c.scale));
    if (!(0 < c.ratio.from && c.ratio.from <= c.ratio.to && std::isfinite(c.ratio.to)))
      throw argument_error("random_resized_crop needs 0 < ratio.from <= ratio.to; it has " + text(c.ratio));
  }

  /// The box of one view: ten tries, then the middle of the image.
  static detail::crop_box draw_box(const config& c, random_stream& random, image_size size) {
    for (int i = 0; i < tries; ++i) {
      const double share = random.uniform(c.scale.from, c.scale.to);
      const double ratio = std::exp(random.uniform(std::log(c.ratio.from), std::log(c.ratio.to)));
      detail::crop_box box = detail::box_of(share, ratio, size);
      if (!detail::fits_in(box, size)) continue;
      box.top = int(random.below(std::uint32_t(size.height - box.height + 1)));
      box.left = int(random.below(std::uint32_t(size.width - box.width + 1)));
      return box;
    }
    return detail::middle_box(c.ratio, size);
  }
  static std::array<float, 4> draw(const config& c, random_stream& random, image_size size) {
    const detail::crop_box box = draw_box(c, random, size);
    return {float(box.top), float(box.left), float(box.height), float(box.width)};
  }
  static bool within(const config&, image_size size, const std::array<float, 4>& box) {
    return box[0] >= 0 && box[1] >= 0 && box[2] >= 1 && box[3] >= 1 && box[0] + box[2] <= float(size.height) &&
           box[1] + box[3] <= float(size.width);
  }

  static void apply(auto& ctx, const auto& own, const auto& x, auto& y) {
    detail::box_resize<shape_of<decltype(x)>, shape_of<decltype(y)>, By>::run(ctx, own.scratch.resize, own.drawn, x, y);
  }
  static void evaluate(auto& ctx, const auto& own, const auto& x, auto& y) {
    using In = shape_of<decltype(x)>;
    const auto& whole = own.scratch.whole;
    const double box[] = {0, 0, double(In::height), double(In::width)};
    for (int k = 0; k < 4; ++k) map(ctx, whole[k], box[k]);    // (n)
    detail::box_resize<In, shape_of<decltype(y)>, By>::run(ctx, own.scratch.resize, whole, x, y);
  }

 private:
  static std::string text(interval i) { return std::to_string(i.from) + " … " + std::to_string(i.to); }
};

}    // namespace contrastive
