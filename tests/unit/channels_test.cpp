// SPDX-License-Identifier: MIT
// Some channels of an operand are read and written where they lie, by every verb that walks over elements.
#include <contrastive/net/network.hpp>
#include <contrastive/nn/conv2d.hpp>
#include <contrastive/testing/random.hpp>

#include "support/backend_under_test.hpp"
#include "support/catch.hpp"
#include "support/tolerance.hpp"

namespace ct = contrastive;
using ct::channels, ct::image, ct::per_channel;

namespace {

using element = device::element;
using numbers = std::vector<double>;
inline constexpr int n = 3, height = 5, width = 4, all = 7;

/// A tensor or parameter with memory of its own.
template <class T>
struct stored {
  ct::memory<device, ct::pack<T>> memory;
  T& value = ct::part<0>(memory.value);

  explicit stored(numbers from) : memory(shared_device(), n) {
    const std::vector<element> host(from.begin(), from.end());
    shared_device().upload(value.data, host.data(), host.size());
  }
  numbers read() {
    std::vector<element> host(operand_of(value).size());
    shared_device().download(host.data(), value.data, host.size());
    return {host.begin(), host.end()};
  }
};
template <int Channels>
using images = stored<ct::tensor<device, image<height, width, Channels>>>;

numbers some(int count, std::uint64_t seed) {
  numbers x = ct::testing::normal_numbers(std::size_t(count), seed);
  for (double& v : x) v = double(float(v));
  return x;
}
constexpr int pixels = n * height * width;

}    // namespace

TEST_CASE("map reads some channels and leaves the others of its output alone") {
  const numbers x = some(pixels * all, 1), y = some(pixels * all, 2);
  images<all> from(x), to(y);
  ct::context<device, ct::training> ctx{shared_device()};
  map(ctx, channels<1, 3>(to.value), channels<4, 3>(from.value) + 2 * channels<0, 1>(from.value));
  numbers expected = y;
  for (int p = 0; p < pixels; ++p)
    for (int c = 0; c < 3; ++c)
      expected[std::size_t(p * all + 1 + c)] = x[std::size_t(p * all + 4 + c)] + 2 * x[std::size_t(p * all)];
  CHECK(relative_rms(to.read(), expected) <= tolerance::map);
  for (int p = 0; p < pixels; ++p)
    for (int c : {0, 4, 5, 6}) CHECK(to.read()[std::size_t(p * all + c)] == y[std::size_t(p * all + c)]);
}

TEST_CASE("reduce folds some channels, and writes some") {
  const numbers x = some(pixels * all, 3), s = some(all, 4);
  images<all> from(x);
  stored<ct::parameter<device, per_channel<all>, ct::role::bias>> sums(s);
  ct::context<device, ct::training> ctx{shared_device()};
  ct::reduce<ct::fold::sum>(ctx, channels<4, 2>(sums.value), channels<2, 2>(from.value));
  numbers expected = s;
  expected[4] = expected[5] = 0;
  for (int p = 0; p < pixels; ++p)
    for (int c = 0; c < 2; ++c) expected[std::size_t(4 + c)] += x[std::size_t(p * all + 2 + c)];
  CHECK(relative_rms(sums.read(), expected) <= tolerance::sums);
}

TEST_CASE("launch reads and writes some channels") {
  const numbers x = some(pixels * all, 5), y = some(pixels * all, 6);
  images<all> from(x), to(y);
  ct::context<device, ct::training> ctx{shared_device()};
  const auto out = channels<5, 2>(to.value);
  // a window of one pixel: columns(n, h, w, c) = x(n, h, w, c)
  ct::launch<ct::detail::im2col>(ctx, {n, height, width, 1}, {1, 1, 0, 0, height, width, 2}, out,
                                 channels<3, 2>(from.value));
  numbers expected = y;
  for (int p = 0; p < pixels; ++p)
    for (int c = 0; c < 2; ++c) expected[std::size_t(p * all + 5 + c)] = x[std::size_t(p * all + 3 + c)];
  CHECK(to.read() == expected);
}

TEST_CASE("channels of channels are those of the whole, and every channel is the operand itself") {
  const numbers x = some(pixels * all, 7);
  images<all> from(x), to(numbers(std::size_t(pixels * all)));
  images<1> one{numbers(std::size_t(pixels))};
  ct::context<device, ct::training> ctx{shared_device()};
  map(ctx, one.value, channels<1, 1>(channels<2, 4>(from.value)));
  map(ctx, to.value, channels<0, all>(from.value));
  numbers expected;
  for (int p = 0; p < pixels; ++p) expected.push_back(x[std::size_t(p * all + 3)]);
  CHECK(one.read() == expected);
  CHECK(to.read() == x);
}
