// SPDX-License-Identifier: MIT
#pragma once
// A few numbers of a step by name, summed on the device and read by one download.
#include <contrastive/method/parts.hpp>

#include <array>

namespace contrastive {

/// What a method reports beside its loss.
///
///     figures<S, "reconstruction", "divergence"> figure{*this};
///     …
///     reduce<fold::sum>(m, figure[0], square(y - x) * (0.5 / n));
///     const auto [reconstruction, divergence] = figure.read();
template <class S, detail::fixed_string... Names>
class figures : public method_part<S> {
  static constexpr std::size_t count = sizeof...(Names);

 public:
  using device_type = typename S::device;
  explicit figures(parts<S>& owner) : method_part<S>(owner, ""), memory_(owner.device, 0) {}

  /// Where number k goes: an operand of one element.
  auto operator[](int k) const {
    if (k < 0 || k >= int(count))
      throw argument_error("there is no figure " + std::to_string(k) + " among " + std::to_string(count) +
                           ", which count from 0");
    return operand<decltype(values().data), false, 1, 1, 1>{values().data + std::size_t(k), 1};
  }

  std::array<double, count> read() const {
    std::array<typename S::element, count> host;
    this->device_.download(host.data(), values().data, count);
    std::array<double, count> all;
    std::copy(host.begin(), host.end(), all.begin());
    return all;
  }

 private:
  const auto& values() const { return part<0>(memory_.value); }
  memory<device_type, pack<parameter<device_type, per_channel<int(count)>, role::running_mean>>> memory_;
};

}    // namespace contrastive
