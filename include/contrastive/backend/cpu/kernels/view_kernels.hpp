// SPDX-License-Identifier: MIT
#pragma once
// One view of one image in a single pass: crop, resize, flip, changes of color, blur, normalization.
//
//     view_workspace workspace{size, steps};
//     view_kernels_for(device_isa).make(size, recipe, source, finish, out, workspace);
//
// The same pixels as the generic bodies make, up to rounding. Rows of the box get their new width once and wait in a
// small ring for the rows of the view; colors lie in planes, of which a block that fits into the first cache takes all
// changes that need no more than a pixel. Contrast, which needs the mean of the image, and blur divide the changes into
// passes.
#include <contrastive/backend/cpu/kernels/isa.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

struct view_size {
  int in_height, in_width;    // of the stored image
  int channels;
  int height, width;    // of the view
};

/// What is done to a view: its amount is a factor, the part of a circle, nothing, a threshold, σ.
enum class view_change { brightness, contrast, saturation, hue, gray, solarize, blur };
struct view_step {
  view_change what;
  float amount;
  int taps = 0;    // of a blur: odd
};
constexpr bool needs_whole_image(view_change what) {
  return what == view_change::contrast || what == view_change::blur;
}

/// A box of the image, mirrored or not, and changes in their order.
struct view_recipe {
  static constexpr int most_steps = 32;
  int top, left, height, width;
  bool flip = false;
  int count = 0;
  std::array<view_step, most_steps> steps{};
  void add(view_step s) { steps[std::size_t(count++)] = s; }
};

/// The box lies inside the image; color is changed where there are three channels.
constexpr bool fits_image(const view_size& s, const view_recipe& r) {
  bool colors = false;
  for (int i = 0; i < r.count && i < view_recipe::most_steps; ++i) {
    const view_change what = r.steps[std::size_t(i)].what;
    colors = colors || what == view_change::saturation || what == view_change::hue || what == view_change::gray;
  }
  return r.count >= 0 && r.count <= view_recipe::most_steps && r.top >= 0 && r.left >= 0 && r.height > 0 &&
         r.width > 0 && r.top + r.height <= s.in_height && r.left + r.width <= s.in_width &&
         (!colors || s.channels == 3);
}

/// The stored image, (h, w, c): bytes, or values in [0, 1] where there are no bytes.
struct view_source {
  const std::uint8_t* bytes;    // (in_height, in_width, channels)
  const float* values;          // likewise
};

/// What is written: x·scale + shift, per channel.
struct view_finish {
  const float *scale, *shift;    // (channels)
};

/// Floats that begin at a cache line.
class line_floats {
 public:
  static constexpr int line = 16;
  explicit line_floats(int size) : lines_(std::size_t(whole(size) / line)) {}
  float* data() { return lines_.data()->values; }
  const float* data() const { return lines_.data()->values; }
  static constexpr int whole(int size) { return (size + line - 1) / line * line; }

 private:
  struct alignas(64) one_line {
    float values[line]{};
  };
  std::vector<one_line> lines_;
};

/// Memory of one thread, for views of a size and blurs of up to so many taps.
struct view_workspace {
  static constexpr int margin = 64;    // floats that may be read or written behind a row

  // an axis of the box and what an output pixel takes of it
  struct axis {
    std::vector<std::int32_t> place, base;    // first input pixel: base of its vector + place
    line_floats weight;                       // [tap][output pixel]
    int pitch, taps = 0, spread = 0;          // spread: places of a vector are below it

    axis(int in, int out)
        : place(std::size_t(out + margin)),
          base(std::size_t(out + margin)),
          weight(most_taps(in, out) * line_floats::whole(out + margin)),
          pitch(line_floats::whole(out + margin)) {}
    static constexpr int most_taps(int in, int out) { return std::max(2, (2 * in + out - 1) / out); }
  };

  axis columns, rows;
  int row_pitch, ring_pitch, plane;    // floats from channel to channel
  line_floats row, ring, planes, blurred, mirrored, blur_weights;

  explicit view_workspace(const view_size& s, int blur_taps = 0)
      : columns(s.in_width, s.width),
        rows(s.in_height, s.height),
        row_pitch(line_floats::whole(s.in_width + axis::most_taps(s.in_width, s.width) + margin)),
        ring_pitch(line_floats::whole(s.width + margin)),
        plane(line_floats::whole(s.height * s.width + margin)),
        row(s.channels * row_pitch),
        ring(axis::most_taps(s.in_height, s.height) * s.channels * ring_pitch),
        planes(s.channels * plane),
        blurred(blur_taps ? plane : 0),
        mirrored(blur_taps ? s.width + blur_taps + margin : 0),
        blur_weights(blur_taps) {}
};

/// One instruction set's functions.
struct view_kernels {
  /// out: (height, width, channels). Saturation, hue and gray: three channels only.
  void (*make)(const view_size&, const view_recipe&, const view_source&, const view_finish&, float* out,
               view_workspace&);
};

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

#define CONTRASTIVE_KERNELS <contrastive/backend/cpu/kernels/view/kernels.inl>
#include <contrastive/backend/cpu/kernels/for_each_isa.inl>
#undef CONTRASTIVE_KERNELS

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

inline const view_kernels& view_kernels_for(isa set) {
  return in_code_of(set, [](auto here) -> auto& { return view_table(here); });
}

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu
