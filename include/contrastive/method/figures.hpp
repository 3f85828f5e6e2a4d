// SPDX-License-Identifier: MIT
#pragma once
// A few numbers of a step by name, summed on the device and read by one download.
#include <contrastive/method/parts.hpp>

#include <array>

namespace contrastive {

namespace detail {
/// So many numbers of a step.
template <class S, int Count>
class numbers_of_step : public method_part<S> {
 public:
  using device_type = typename S::device;
  explicit numbers_of_step(parts<S>& owner) : method_part<S>(owner, ""), memory_(owner.device, 0) {}

  /// Where number k goes: an operand of one element.
  auto operator[](int k) const {
    if (k < 0 || k >= Count)
      throw argument_error("there is no figure " + std::to_string(k) + " among " + std::to_string(Count) +
                           ", which count from 0");
    return operand<decltype(values().data), false, 1, 1, 1>{values().data + std::size_t(k), 1};
  }

  std::array<double, std::size_t(Count)> read() const {
    std::array<typename S::element, std::size_t(Count)> host;
    this->device_.download(host.data(), values().data, std::size_t(Count));
    std::array<double, std::size_t(Count)> all;
    std::copy(host.begin(), host.end(), all.begin());
    return all;
  }

 private:
  const auto& values() const { return part<0>(memory_.value); }
  memory<device_type, pack<parameter<device_type, per_channel<Count>, role::running_mean>>> memory_;
};
}    // namespace detail

/// What a method reports beside its loss.
///
///     figures<S, "reconstruction", "divergence"> figure{*this};
///     …
///     reduce<fold::sum>(m, figure[0], square(y - x) * (0.5 / n));
///     const auto [reconstruction, divergence] = figure.read();
template <class S, detail::fixed_string... Names>
class figures : public detail::numbers_of_step<S, int(sizeof...(Names))> {
 public:
  using detail::numbers_of_step<S, int(sizeof...(Names))>::numbers_of_step;
};

}    // namespace contrastive
