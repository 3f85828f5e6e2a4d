// SPDX-License-Identifier: MIT
#pragma once
// Losses of two sets of rows on a device: numbers of the host go in and come out.
#include <contrastive/loss/batch_info_nce.hpp>
#include <contrastive/loss/sigmoid_loss.hpp>
#include <contrastive/net/network.hpp>
#include <contrastive/testing/random.hpp>

#include <array>
#include <cmath>
#include <vector>

namespace two_sets_support {

namespace ct = contrastive;
using numbers = std::vector<double>;
inline constexpr int d = 5;    // numbers of a row

inline numbers unit_rows(int rows, std::uint32_t stream) {
  numbers x = ct::testing::normal_numbers(std::size_t(rows * d), 1, stream);
  for (std::size_t r = 0; r < x.size(); r += d) {
    double squares = 0;
    for (std::size_t c = r; c < r + d; ++c) squares += x[c] * x[c];
    for (std::size_t c = r; c < r + d; ++c) x[c] = double(float(x[c] / std::sqrt(squares)));
  }
  return x;
}
/// Value, gradients and figures of two sets of rows.
struct found {
  double value = 0;
  numbers dq, dk;
  std::array<double, 3> figure{};    // accuracy, positive and negative similarity
  double dt = 0, db = 0;
};

/// figure[k], as methods have it.
template <class A>
struct numbers_at {
  A data;
  auto operator[](int k) const { return ct::operand<A, false, 1, 1, 1>{data + std::size_t(k), 1}; }
};

template <class Device, class Memory>
struct bench {
  using element = typename Device::element;
  using rows = ct::tensor<Device, ct::features<d>>;
  Device& at;
  ct::memory<Device, ct::pack<rows, rows, rows, rows, Memory>> held;
  ct::memory<Device, ct::pack<ct::parameter<Device, ct::per_channel<8>, ct::role::running_mean>>> few{at, 0};
  ct::context<Device, ct::training> ctx{at};

  bench(Device& device, int capacity) : at(device), held(at, std::size_t(capacity)) {}

  template <int Place>
  rows some(const numbers& x) {
    rows t = ct::part<Place>(held.value);
    t.rows = int(x.size()) / d;
    const std::vector<element> values(x.begin(), x.end());
    at.upload(t.data, values.data(), values.size());
    at.finish();
    return t;
  }
  numbers download(auto from, std::size_t count) {
    std::vector<element> values(count);
    at.download(values.data(), from, count);
    return {values.begin(), values.end()};
  }
  auto& memory() { return ct::part<4>(held.value); }
  auto number() { return numbers_at<decltype(ct::part<0>(few.value).data)>{ct::part<0>(few.value).data}; }
  found read(const rows& dq, const rows& dk) {
    const auto f = download(ct::part<0>(few.value).data, 8);
    return {f[0],
            download(dq.data, operand_of(dq).size()),
            download(dk.data, operand_of(dk).size()),
            {f[1], f[2], f[3]},
            f[6],
            f[7]};
  }
};
inline int rows_for(const numbers& q, const numbers& k) { return int(std::max(q.size(), k.size())) / d; }
template <class Device>
found info_nce_on(Device& device, const numbers& q, const numbers& k, double tau, double weight = 1,
                  bool twice = false) {
  bench<Device, ct::batch_info_nce::memory<Device, d>> b(device, rows_for(q, k) + 3);    // more than there are
  const numbers none(q.size(), std::nan(""));
  auto dq = b.template some<2>(none), dk = b.template some<3>(numbers(k.size(), std::nan("")));
  const auto dev_q = b.template some<0>(q), dev_k = b.template some<1>(k);
  const auto run = [&](auto& a, auto& o, auto& da, auto& other, double before) {
    ct::batch_info_nce::evaluate(b.ctx, b.memory(), b.number(), tau, a, o, da, other, weight, before);
  };
  run(dev_q, dev_k, dq, dk, 0);
  const double first = b.read(dq, dk).value;
  if (twice) run(dev_k, dev_q, dk, dq, 1);
  found all = b.read(dq, dk);
  if (twice) all.value += first;
  return all;
}
template <class Device>
found sigmoid_on(Device& device, const numbers& z, const numbers& w, double t, double bias, int memory_for = 1000) {
  bench<Device, ct::sigmoid_loss::memory<Device, d>> b(device, rows_for(z, w));
  b.memory().strip.rows = std::min(b.memory().strip.rows, memory_for);
  auto dz = b.template some<2>(numbers(z.size(), std::nan(""))),
       dw = b.template some<3>(numbers(w.size(), std::nan("")));
  const auto number = b.number();
  map(b.ctx, number[4], t), map(b.ctx, number[5], bias);
  ct::sigmoid_loss::evaluate(b.ctx, b.memory(), number, number[4], number[5], b.template some<0>(z),
                             b.template some<1>(w), dz, dw, number[6], number[7]);
  return b.read(dz, dw);
}

}    // namespace two_sets_support
