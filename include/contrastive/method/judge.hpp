// SPDX-License-Identifier: MIT
#pragma once
// A loss with its memory, as a part of a method.
#include <contrastive/loss/loss.hpp>
#include <contrastive/method/parts.hpp>

#include <optional>

namespace contrastive {

/// Judges rows of shape In by the loss L: value and gradient.
template <class S, class L, class In>
class judge : public method_part<S> {
  using base = method_part<S>;

 public:
  explicit judge(parts<S>& owner) : base(owner, "") {}

  /// z: (v·n, d); dz is written. The report, if its value is finite (else the step ends here).
  loss_report operator()(auto& m, const typename L::config& c, const auto& z, auto& dz) {
    [[maybe_unused]] const auto watched = m.watch.section(this->device_, "loss");
    const random_key key = this->key_of(m, 0);
    if constexpr (L::needs_labels) (*pass_)(this->device_, c, z, m.labels, S::view_count, dz, key);
    else (*pass_)(this->device_, c, z, no_labels{}, S::view_count, dz, key);
    return m.checked(pass_->read(this->device_, c));
  }

  void begin(const typename S::settings&, int samples) override {
    pass_.emplace(this->device_, std::size_t(samples) * S::view_count);
  }
  void end() override { pass_.reset(); }

 private:
  std::optional<loss_pass<typename S::device, L, In>> pass_;
};

}    // namespace contrastive
