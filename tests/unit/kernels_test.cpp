// SPDX-License-Identifier: MIT
// The portable bodies of convolution and pooling on every backend, over random sizes, against loops that scatter.
#include <contrastive/testing/backend_laws/launch.hpp>

#include "support/backend_under_test.hpp"
#include "support/catch.hpp"
#include "support/tolerance.hpp"

using namespace contrastive;
using namespace contrastive::testing::laws_of_backends;
using contrastive::testing::normal_numbers;

namespace {

/// Values at (n, h, w, c).
struct array4 {
  index4 extents;
  values v = values(extents.size());
  double& operator()(int n, int h, int w, int c) {
    return v[((std::size_t(n) * std::size_t(extents.h) + std::size_t(h)) * std::size_t(extents.w) + std::size_t(w)) *
                 std::size_t(extents.c) +
             std::size_t(c)];
  }
};

/// f(n, h', w', tap, h, w): every place of every window that lies inside the image.
void for_each_tap(const windows& k, auto&& f) {
  const index4 out = k.out(1);
  for (int n = 0; n < out.n; ++n)
    for (int i = 0; i < out.h; ++i)
      for (int j = 0; j < out.w; ++j)
        for (int tap = 0; tap < k.taps(); ++tap) {
          const int h = i * k.stride + tap / k.size.width - k.padding.height,
                    w = j * k.stride + tap % k.size.width - k.padding.width;
          if (h >= 0 && w >= 0 && h < k.in.h && w < k.in.w) f(n, i, j, tap, h, w);
        }
}
/// A window walks over every channel.
void for_each_value(const windows& k, auto&& f) {
  for_each_tap(k, [&](int n, int i, int j, int tap, int h, int w) {
    for (int c = 0; c < k.in.c; ++c) f(n, i, j, tap, h, w, c);
  });
}

/// One output of a kernel.
template <class Kernel, std::size_t N>
values run(index4 grid, const std::array<int, N>& numbers, index4 out, index4 in, const values& x) {
  device& d = shared_device();
  auto from = store(d, x), to = store(d, values(out.size()));
  d.launch<Kernel>(grid, numbers, laid_out(to.data, out), laid_out(from.data, in));
  return to.read(d);
}

const int sizes = 12;    // random ones for each law

/// check(windows, seed)
void on_random_windows(bool pools, auto&& check) {
  random_stream random{7, {.what = purpose::test, .place = pools}};
  for (std::uint32_t i = 0; i < sizes; ++i) {
    const windows k = random_windows(random, pools);
    INFO(k.text());
    check(k, i);
  }
}

}    // namespace

TEST_CASE("im2col copies every pixel under a window, and zero outside the image") {
  on_random_windows(false, [](const windows& k, std::uint32_t seed) {
    const int taps = k.taps();
    array4 x{k.in, normal_numbers(k.in.size(), seed)}, expected{k.out(taps * k.in.c)};
    for_each_value(k, [&](int n, int i, int j, int tap, int h, int w, int c) {
      expected(n, i, j, tap * k.in.c + c) = x(n, h, w, c);
    });
    const auto columns = run<detail::im2col>(
        k.out(taps), std::array{k.size.width, k.stride, k.padding.height, k.padding.width, k.in.h, k.in.w, k.in.c},
        expected.extents, k.in, x.v);
    CHECK(relative_rms(columns, expected.v) <= tolerance::exact);
  });
}

TEST_CASE("col2im adds every column to the pixel that it was copied from") {
  on_random_windows(false, [](const windows& k, std::uint32_t seed) {
    const index4 from = k.out(k.taps() * k.in.c);
    array4 columns{from, normal_numbers(from.size(), seed)}, expected{k.in};
    for_each_value(k, [&](int n, int i, int j, int tap, int h, int w, int c) {
      expected(n, h, w, c) += columns(n, i, j, tap * k.in.c + c);
    });
    const auto images = run<detail::col2im>(
        k.in,
        std::array{k.size.height, k.size.width, k.stride, k.padding.height, k.padding.width, from.h, from.w, k.in.c},
        k.in, from, columns.v);
    CHECK(relative_rms(images, expected.v) < tolerance::map);
  });
}

TEST_CASE("im2col and gemm are a convolution") {
  on_random_windows(false, [](const windows& k, std::uint32_t seed) {
    const int filters = 3, taps = k.taps();
    const index4 out = k.out(filters), columns = k.out(taps * k.in.c),
                 weights{filters, k.size.height, k.size.width, k.in.c};
    array4 x{k.in, normal_numbers(k.in.size(), seed)}, weight{weights, normal_numbers(weights.size(), seed, 1)}, y{out};
    for_each_value(k, [&](int n, int i, int j, int tap, int h, int w, int c) {
      for (int f = 0; f < filters; ++f)
        y(n, i, j, f) += x(n, h, w, c) * weight(f, tap / k.size.width, tap % k.size.width, c);
    });
    device& d = shared_device();
    auto on_x = store(d, x.v), on_columns = store(d, values(columns.size())), on_weight = store(d, weight.v),
         on_y = store(d, y.v);
    d.launch<detail::im2col>(
        k.out(taps), std::array{k.size.width, k.stride, k.padding.height, k.padding.width, k.in.h, k.in.w, k.in.c},
        laid_out(on_columns.data, columns), laid_out(on_x.data, k.in));
    const int pixels = out.n * out.h * out.w, depth = taps * k.in.c;
    using matrix = matrix_operand<device::address<device::element>>;
    d.gemm(matrix{on_y.data, pixels, filters}, matrix{on_columns.data, pixels, depth},
           transpose(matrix{on_weight.data, filters, depth}), 1, 0);
    CHECK(relative_rms(on_y.read(d), y.v) < tolerance::sums);
  });
}

TEST_CASE("max_pool takes the first largest pixel of a window and says which it was") {
  on_random_windows(true, [](const windows& k, std::uint32_t seed) {
    array4 x{k.in, normal_numbers(k.in.size(), seed)}, y{k.out(k.in.c)}, chosen{y.extents};
    for (double& v : x.v) v = std::round(2 * v);    // ties
    std::fill(chosen.v.begin(), chosen.v.end(), -1);
    for_each_value(k, [&](int n, int i, int j, int, int h, int w, int c) {
      if (chosen(n, i, j, c) >= 0 && x(n, h, w, c) <= y(n, i, j, c)) return;
      y(n, i, j, c) = x(n, h, w, c);
      chosen(n, i, j, c) = h * k.in.w + w;
    });
    device& d = shared_device();
    auto on_x = store(d, x.v), on_y = store(d, values(y.v.size()));
    auto on_chosen = store<std::int32_t>(d, values(y.v.size()));
    d.launch<detail::max_pool_forward>(y.extents, std::array{k.size.height, k.stride, k.padding.height, k.in.h, k.in.w},
                                       laid_out(on_y.data, y.extents), laid_out(on_chosen.data, y.extents),
                                       laid_out(on_x.data, k.in));
    CHECK(on_y.read(d) == y.v);
    CHECK(on_chosen.read(d) == chosen.v);
  });
}

TEST_CASE("max_pool's gradient goes to the chosen pixels") {
  on_random_windows(true, [](const windows& k, std::uint32_t seed) {
    const index4 out = k.out(k.in.c);
    array4 dy{out, normal_numbers(out.size(), seed)}, chosen{out}, expected{k.in};
    for_each_value(k, [&](int n, int i, int j, int, int h, int w, int c) {    // here: the last pixel of every window
      chosen(n, i, j, c) = h * k.in.w + w;
    });
    for (int n = 0; n < out.n; ++n)
      for (int i = 0; i < out.h; ++i)
        for (int j = 0; j < out.w; ++j)
          for (int c = 0; c < out.c; ++c) {
            const int pixel = int(chosen(n, i, j, c));
            expected(n, pixel / k.in.w, pixel % k.in.w, c) += dy(n, i, j, c);
          }
    device& d = shared_device();
    auto on_dy = store(d, dy.v), on_dx = store(d, values(k.in.size()));
    auto on_chosen = store<std::int32_t>(d, chosen.v);
    d.launch<detail::max_pool_backward>(
        k.in, std::array{k.size.height, k.stride, k.padding.height, out.h, out.w, k.in.w}, laid_out(on_dx.data, k.in),
        laid_out(on_chosen.data, out), laid_out(on_dy.data, out));
    CHECK(relative_rms(on_dx.read(d), expected.v) < tolerance::map);
  });
}

TEST_CASE("average_pool takes the mean of a window, its gradient spreads it") {
  on_random_windows(true, [](const windows& k, std::uint32_t seed) {
    const index4 out = k.out(k.in.c);
    array4 x{k.in, normal_numbers(k.in.size(), seed)}, y{out}, dx{k.in};
    const double share = 1. / (k.taps());
    for_each_value(k, [&](int n, int i, int j, int, int h, int w, int c) { y(n, i, j, c) += x(n, h, w, c) * share; });
    for_each_value(k, [&](int n, int i, int j, int, int h, int w, int c) { dx(n, h, w, c) += y(n, i, j, c) * share; });
    CHECK(relative_rms(run<detail::average_pool_forward>(
                           out, std::array{k.size.height, k.stride, k.padding.height, k.in.h, k.in.w}, out, k.in, x.v),
                       y.v) < tolerance::map);
    CHECK(relative_rms(run<detail::average_pool_backward>(
                           k.in, std::array{k.size.height, k.stride, k.padding.height, out.h, out.w}, k.in, out, y.v),
                       dx.v) < tolerance::map);
  });
}
