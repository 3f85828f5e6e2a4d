// SPDX-License-Identifier: MIT
#pragma once
// What flows between the CPU's own steps: blocked images, and values that their reader still has to finish.
//
// A value's `gradient` is what its reader must leave behind. For a rectified value that is the gradient already masked
// by the relu, with sums per channel: the batch-norm and bias before it need no pass of their own.
#include <contrastive/backend/cpu/device.hpp>
#include <contrastive/backend/cpu/kernels/channel_kernels.hpp>
#include <contrastive/net/step.hpp>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

template <Shape S>
inline constexpr int lanes_of = padded(S::channels);    // channels as stored

/// [channels/32][n][h·w][32]; the lanes behind the last channel are zero.
template <Shape S>
struct blocked {
  using backend = cpu;
  using shape = S;
  using gradient = blocked;
  static constexpr bool borrows = false;
  float* data = nullptr;
  int rows = 0;

  constexpr void place_in(auto& place) {
    data = place.template take_rows<float>(std::size_t(lanes_of<S>) * S::pixels);
    rows = int(place.rows);
  }
};

/// One number for every stored channel.
template <Shape S>
struct channel_lanes {
  float* data = nullptr;
  constexpr void place_in(auto& place) { data = place.template take_fixed<float>(lanes_of<S>); }
};

/// dz, and for each chunk of rows [channels/32][3][32]: Σdz, Σdz·raw, Σdz·(raw of the skip).
template <Shape S>
struct summed_gradient {
  float *data = nullptr, *sums = nullptr;
  int rows = 0, chunks = 0;
  int which = 1;    // the product that belongs to this reader: 1, or 2 for the skip

  constexpr void place_in(auto& place) {
    data = place.template take_rows<float>(std::size_t(lanes_of<S>) * S::pixels);
    sums = place.template take_rows<float>(3 * lanes_of<S>);
    rows = int(place.rows);
  }
  double sum(int product, int channel) const {    // in the order of the chunks
    double total = 0;
    for (int i = 0; i < chunks; ++i)
      total += double(
          sums[((std::ptrdiff_t(i) * (lanes_of<S> / block_channels) + channel / block_channels) * 3 + product) *
                   block_channels +
               channel % block_channels]);
    return total;
  }
};

/// scale·raw + shift: a batch-norm that is not applied yet.
template <Shape S>
struct affine {
  using backend = cpu;
  using shape = S;
  using gradient = summed_gradient<S>;
  static constexpr bool borrows = false;
  blocked<S> raw;
  channel_lanes<S> scale, shift;
  static constexpr void members(auto&& f, auto&... v) {
    f("raw", v.raw...);
    f("scale", v.scale...);
    f("shift", v.shift...);
  }
};

struct no_skip {
  static constexpr void members(auto&&, auto&...) {}
};
/// The input of a block whose shortcut is the identity.
struct borrowed_skip {
  const float* data = nullptr;
  constexpr void place_in(auto&) {}
};
template <class Skip>
inline constexpr bool projects = requires(const Skip& s) { s.raw; };

/// relu(main [+ skip]): whoever reads it first applies it to `ready`, a few images at a time, while they are in cache.
template <Shape S, class Skip = no_skip>
struct pending {
  using backend = cpu;
  using shape = S;
  using gradient = summed_gradient<S>;
  static constexpr bool borrows = std::is_same_v<Skip, borrowed_skip>;    // the predecessor must live one step longer
  affine<S> main;
  blocked<S> ready;
  Skip skip;
  static constexpr void members(auto&& f, auto&... v) {
    f("main", v.main...);
    f("ready", v.ready...);
    f("skip", v.skip...);
  }
  constexpr normalization finishing() const {
    normalization n{
        .raw = main.raw.data, .scale = main.scale.data, .shift = main.shift.data, .y = ready.data, .relu = true};
    if constexpr (projects<Skip>)
      n.skip = skip.raw.data, n.skip_scale = skip.scale.data, n.skip_shift = skip.shift.data;
    else if constexpr (borrows) n.skip = skip.data;
    return n;
  }
};

/// The result of a relu that a convolution's epilogue has already applied.
template <Shape S>
struct rectified {
  using backend = cpu;
  using shape = S;
  using gradient = summed_gradient<S>;
  static constexpr bool borrows = false;
  blocked<S> ready;
  static constexpr void members(auto&& f, auto&... v) { f("ready", v.ready...); }
};

// ---- how a step reads a value, and what it owes to the value's gradient ---------------------------------------------

template <class V>
inline constexpr bool readable = false;
template <class S>
inline constexpr bool readable<blocked<S>> = true;
template <class S>
inline constexpr bool readable<rectified<S>> = true;
template <class S, class Skip>
inline constexpr bool readable<pending<S, Skip>> = true;
template <class V>
concept Readable = readable<V>;

template <Readable X>
constexpr auto& images_of(const X& x) {    // where the finished images are
  if constexpr (requires { x.ready; }) return x.ready;
  else return x;
}
template <Readable X>
constexpr image_range range_of(const X& x, int first, int count) {
  using S = typename X::shape;
  return {lanes_of<S> / block_channels, images_of(x).rows, S::pixels, first, count};
}

/// A value's prologue: finishes images first … last − 1 where that is still to be done.
template <Readable X>
auto finishing(const cpu& device, const X& x) {
  return [&device, &x](int first, int last) {
    if constexpr (requires { x.finishing(); })
      device.channels.normalize(range_of(x, first, last - first), x.finishing());
    else (void)device, (void)x, (void)first, (void)last;
  };
}

/// "and add these to it": what a residual's main branch writes its input's gradient into.
template <class Gradient>
struct with_addend {
  Gradient& total;
  const float* add;
};
template <class Gradient>
with_addend(Gradient&, const float*) -> with_addend<Gradient>;    // clang 16 deduces no aggregates
template <class G>
auto& target_of(G& dx) {
  if constexpr (requires { dx.total; }) return dx.total;
  else return dx;
}

/// The epilogue of a kernel that writes the gradient of x in `chunks` chunks.
template <Readable X>
epilogue owed(const X& x, auto& dx, int chunks) {
  epilogue e;
  if constexpr (requires { dx.add; }) e.add = dx.add;
  auto& to = target_of(dx);
  if constexpr (requires { to.sums; }) {
    e.mask = x.ready.data;
    e.sums = to.sums;
    to.chunks = chunks;
    if constexpr (requires { x.main; }) e.y2 = x.main.raw.data;
    if constexpr (requires { x.skip.raw; }) e.y3 = x.skip.raw.data;
  }
  return e;
}

/// Leaves the gradient of x from a blocked dy, image by image: for steps that are no convolution.
template <Readable X>
void leave_gradient(cpu& device, const X& x, auto& dx, const auto& source) {
  const epilogue e = owed(x, dx, images_of(x).rows);
  float* sums = e.sums;
  device.pool.run(images_of(x).rows, [&](int n) {
    masking m = source(n);
    m.positive = e.mask, m.y2 = e.y2, m.y3 = e.y3;
    m.dz = target_of(dx).data;
    float none[3 * lanes_of<typename X::shape>];
    device.channels.mask(range_of(x, n, 1), m, sums ? sums + std::size_t(n) * 3 * lanes_of<typename X::shape> : none);
  });
}

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu
