// SPDX-License-Identifier: MIT
// A convolution and the gradient of its input: a task is a chunk of images. Read for each instruction set.

template <isa Set>
struct convolve {
  static void forward(workers& pool, const conv_shape& s, const float* x, const float* packed, float* y,
                      const epilogue& after, range_task before) {
    CONTRASTIVE_CHECK(
        is_served(s),
        "conv_kernels: kernels of 1 to 7, strides of 1 to 4, paddings below the kernel, which fits its padded images");
    each_chunk(pool, s.images, s.output_pixels(), s.filters, after, before,
               [&](const conv_chunk<Set>& chunk) { chunk.run(forward_pass(s), x, packed, y); });
  }

  static void backward_data(workers& pool, const conv_shape& s, const float* dy, const float* packed, float* dx,
                            const epilogue& after, range_task before) {
    CONTRASTIVE_CHECK(
        is_served(s),
        "conv_kernels: kernels of 1 to 7, strides of 1 to 4, paddings below the kernel, which fits its padded images");
    CONTRASTIVE_CHECK(!s.rows, "conv_kernels: no gradient of row-major images");
    each_chunk(pool, s.images, s.input_pixels(), s.channels, after, before, [&](const conv_chunk<Set>& chunk) {
      for (int row = 0; row < s.stride; ++row)
        for (int column = 0; column < s.stride; ++column) chunk.run(backward_pass(s, row, column), dy, packed, dx);
    });
  }

 private:
  template <class Part>
  static void each_chunk(workers& pool, int images, int pixels, int channels, const epilogue& after, range_task before,
                         const Part& part) {
    const int size = images_per_chunk(pixels);
    pool.run(chunks(images, pixels), [&](int chunk) {
      const int first = chunk * size, last = std::min(images, first + size);
      before(first, last);
      float* sums = after.sums ? after.sums + std::size_t(chunk) * sums_size(1, channels) : nullptr;
      if (sums) std::fill_n(sums, sums_size(1, channels), 0.f);
      part(conv_chunk<Set>{first, last - first, after, sums});
    });
  }
};
