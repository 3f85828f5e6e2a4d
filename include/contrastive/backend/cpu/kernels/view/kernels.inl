// SPDX-License-Identifier: MIT
// A view, from the stored image to the network's input. Read once for each instruction set (view_kernels.hpp).
#include <contrastive/backend/cpu/kernels/view/unpack.inl>

#include <contrastive/backend/cpu/kernels/view/resize.inl>

#include <contrastive/backend/cpu/kernels/view/colors.inl>

#include <contrastive/backend/cpu/kernels/view/blur.inl>

#include <contrastive/backend/cpu/kernels/view/write.inl>

template <isa Set>
struct view_maker {
  static constexpr int block = 1024;    // pixels: three planes of them are 12 KB

  const view_size& size;
  const view_recipe& recipe;
  const view_finish& finish;
  float* out;
  view_workspace& memory;
  double gray = 0;    // summed over the pixels so far

  float* plane(int channel) const { return memory.planes.data() + std::ptrdiff_t(channel) * memory.plane; }
  int pixels() const { return size.height * size.width; }

  /// The first step from `from` on that needs the whole image.
  int next_barrier(int from) const {
    while (from < recipe.count && !needs_whole_image(recipe.steps[std::size_t(from)].what)) ++from;
    return from;
  }
  bool is(int step, view_change what) const {
    return step < recipe.count && recipe.steps[std::size_t(step)].what == what;
  }

  /// Steps first … last − 1 for some pixels; then these are written, or what the step behind needs is summed.
  void change(int start, int count, int first, int last, float mean) {
    view_colors<Set> colors{size.channels, memory.plane, memory.planes.data() + start, count};
    for (int s = first; s < last; ++s) colors.change(recipe.steps[std::size_t(s)], mean);
    if (last == recipe.count)
      write_view<Set>(size.channels, colors.x, memory.plane, count, finish,
                      out + std::ptrdiff_t(start) * size.channels);
    else if (is(last, view_change::contrast)) gray += colors.sum_of_gray();
  }

  void run(const view_source& source) {
    view_resize<Set> resize(size, recipe, source, memory);
    int first = 0, last = next_barrier(0);
    for (int y = 0, start = 0; y < size.height; ++y) {
      resize.row(y);
      const int end = (y + 1) * size.width;
      if (end - start < block && end < pixels()) continue;
      change(start, end - start, first, last, 0);
      start = end;
    }
    for (; last < recipe.count; first = last) {
      const view_step& step = recipe.steps[std::size_t(last)];
      first = last;
      last = next_barrier(first + 1);
      const auto mean = float(gray / pixels());
      gray = 0;
      if (step.what == view_change::blur) view_blur<Set>{size, step, memory}.run(), ++first;
      for (int start = 0; start < pixels(); start += block)
        change(start, std::min(block, pixels() - start), first, last, mean);
    }
  }

  static void make(const view_size& size, const view_recipe& recipe, const view_source& source,
                   const view_finish& finish, float* out, view_workspace& memory) {
    CONTRASTIVE_CHECK(fits_image(size, recipe) && (source.bytes || source.values),
                      "view_kernels: a box inside an image that is given; three channels where color is changed");
    view_maker{size, recipe, finish, out, memory}.run(source);
  }
};

template <class Here>
const view_kernels& view_table(Here) {
  using functions = view_maker<Here::set>;
  static constexpr view_kernels table{functions::make};
  return table;
}
